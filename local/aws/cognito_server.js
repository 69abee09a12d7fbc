// Starts cognito-local with two additions: /logout, and a signing key that belongs to this data folder.
//
// Run it in the folder that holds .cognito/, with PORT, HOST and COGNITO_LOCAL (its package folder) set.
// cognito-local signs with a key that is part of its npm package, so anyone could sign a valid token.
// This key is created at the first start and stored beside the users.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const packageFolder = process.env.COGNITO_LOCAL;
const keyFile = path.join(".cognito", "signing-key.pem");

function readOrCreateKey() {
  if (!fs.existsSync(keyFile)) {
    const key = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    fs.mkdirSync(".cognito", { recursive: true });
    fs.writeFileSync(keyFile, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  return crypto.createPrivateKey(fs.readFileSync(keyFile));
}

// Replaces the key pair that cognito-local loads from its package.
function replaceKey(key) {
  const publicKey = require(path.join(packageFolder, "lib/keys/cognitoLocal.public.json"));
  const privateKey = require(path.join(packageFolder, "lib/keys/cognitoLocal.private.json"));
  const { n, e } = crypto.createPublicKey(key).export({ format: "jwk" });
  Object.assign(publicKey.jwk, { n, e });
  privateKey.pem = key.export({ type: "pkcs8", format: "pem" });
}

// Redirects only to an address that the client has registered, as Cognito's /logout does.
function addLogout(server, clientsFile) {
  server.application.get("/logout", (request, response) => {
    const clients = JSON.parse(fs.readFileSync(clientsFile, "utf-8")).Clients ?? {};
    const logoutUrls = clients[request.query.client_id]?.LogoutURLs ?? [];
    if (!logoutUrls.includes(request.query.logout_uri)) {
      response.status(400).type("text/plain").send("logout_uri is not registered for this client");
      return;
    }
    response.redirect(request.query.logout_uri);
  });
}

async function main() {
  replaceKey(readOrCreateKey());
  const { createDefaultServer } = require(path.join(packageFolder, "lib/server"));
  const ignore = () => {};
  const print = (...values) => console.error(...values);
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: print, error: print, fatal: print };
  logger.child = () => logger;
  const server = await createDefaultServer(logger);
  addLogout(server, path.join(".cognito", "db", "clients.json"));
  await server.start();
}

main();
