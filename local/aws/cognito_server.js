// cognito-local with what its login domain lacks: /logout, and a signing key of this data folder's own.
//
// Run in the folder that keeps .cognito/, with PORT, HOST and COGNITO_LOCAL (its package folder) set.
// cognito-local signs with a key that stands in its npm package, so anyone could sign a token that
// passes; the key here is made at the first start and kept beside the users.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const home = process.env.COGNITO_LOCAL;
const keyFile = path.join(".cognito", "signing-key.pem");

function signingKey() {
  if (!fs.existsSync(keyFile)) {
    const made = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    fs.mkdirSync(".cognito", { recursive: true });
    fs.writeFileSync(keyFile, made.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  return crypto.createPrivateKey(fs.readFileSync(keyFile));
}

function useOwnKey(key) {
  const published = require(path.join(home, "lib/keys/cognitoLocal.public.json"));
  const secret = require(path.join(home, "lib/keys/cognitoLocal.private.json"));
  const { n, e } = crypto.createPublicKey(key).export({ format: "jwk" });
  Object.assign(published.jwk, { n, e });
  secret.pem = key.export({ type: "pkcs8", format: "pem" });
}

// As Cognito's /logout: back to an address that the client registered, or nowhere.
function logout(server, clientsFile) {
  server.application.get("/logout", (request, response) => {
    const clients = JSON.parse(fs.readFileSync(clientsFile, "utf-8")).Clients ?? {};
    const allowed = clients[request.query.client_id]?.LogoutURLs ?? [];
    if (!allowed.includes(request.query.logout_uri)) {
      response.status(400).type("text/plain").send("logout_uri is not registered for this client");
      return;
    }
    response.redirect(request.query.logout_uri);
  });
}

async function main() {
  useOwnKey(signingKey());
  const { createDefaultServer } = require(path.join(home, "lib/server"));
  const nothing = () => {};
  const print = (...values) => console.error(...values);
  const logger = { trace: nothing, debug: nothing, info: nothing, warn: print, error: print, fatal: print };
  logger.child = () => logger;
  const server = await createDefaultServer(logger);
  logout(server, path.join(".cognito", "db", "clients.json"));
  await server.start();
}

main();
