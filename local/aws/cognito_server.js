// Starts cognito-local with eight additions: /logout, an invitation that is sent again, a file of first
// passwords, a signing key that belongs to this data folder, a user database that a full disk leaves as it was,
// no answer to pages of another origin, a session of the login itself (login_sessions.js), and a page in the
// look of the product (login_page.js).
//
// Run it in the folder that holds .cognito/, with PORT, HOST and COGNITO_LOCAL (its package folder) set.
// cognito-local signs with a key that is part of its npm package, so anyone could sign a valid token.
// This key is created at the first start and stored beside the users.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const { addStaticFiles } = require("./login_page");
const { LoginSessions, addLoginSessions } = require("./login_sessions");

const packageFolder = process.env.COGNITO_LOCAL;
const keyFile = path.join(".cognito", "signing-key.pem");
const passwordFile = "first-passwords.txt";

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

// cognito-local empties a file and then writes it, so a full disk would destroy the accounts, and the error
// would end the process. Here the old file stays until the new one is complete. Without space the change is
// in memory only: the next change writes all of it.
function keepDatabaseOnFullDisk() {
  fs.writeFile = (file, content, callback) => {
    const partial = `${file}.partial`;
    try {
      fs.writeFileSync(partial, content);
      fs.renameSync(partial, file);
    } catch (error) {
      console.error(`${file} cannot be written: ${error.code}`);
      fs.rmSync(partial, { force: true });
    }
    callback(null);
  };
}

// Redirects only to an address that the client has registered, as Cognito's /logout does.
function addLogout(server, clientsFile, sessions) {
  server.application.get("/logout", (request, response) => {
    const clients = JSON.parse(fs.readFileSync(clientsFile, "utf-8")).Clients ?? {};
    const logoutUrls = clients[request.query.client_id]?.LogoutURLs ?? [];
    if (!logoutUrls.includes(request.query.logout_uri)) {
      response.status(400).type("text/plain").send("logout_uri is not registered for this client");
      return;
    }
    sessions.end(request, response);
    response.redirect(request.query.logout_uri);
  });
}

// cognito-local answers any page under any name: a page elsewhere whose name resolves to this machine, or
// that posts here, could create accounts. Only the login's own form sends an Origin.
function refuseForeignRequests(application, port) {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  const origins = [undefined, ...hosts.map((host) => `http://${host}`)];
  const handle = application.handle.bind(application);
  application.handle = (request, response, next) => {
    const { host, origin } = request.headers;
    if (hosts.includes(host) && origins.includes(origin)) return handle(request, response, next);
    response.writeHead(403, { "Content-Type": "text/plain", Connection: "close" });
    response.end("Only the login's own page may use this address.\n");
  };
}

// cognito-local cannot send an invitation again. Here that is a new first password, as for the first.
function addSecondInvitation() {
  const file = require.resolve(path.join(packageFolder, "lib/targets/adminCreateUser"));
  const { userToResponseObject } = require(path.join(packageFolder, "lib/targets/responses"));
  const { AdminCreateUser } = require(file);
  const build = (services) => {
    const create = AdminCreateUser(services);
    return async (context, request) => {
      const pool = await services.cognito.getUserPool(context, request.UserPoolId);
      const user = await pool.getUserByUsername(context, request.Username);
      if (request.MessageAction !== "RESEND" || !user) return create(context, request);
      const password = crypto.randomBytes(6).toString("hex");
      const invited = { ...user, Password: password };
      await pool.saveUser(context, invited);
      const email = user.Attributes.find(({ Name }) => Name === "email").Value;
      const delivery = { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: email };
      const message = [context, "AdminCreateUser", null, request.UserPoolId, invited, password, undefined, delivery];
      await services.messages.deliver(...message);
      return { User: userToResponseObject(invited) };
    };
  };
  require.cache[file].exports = { AdminCreateUser: build };
}

// No e-mail is sent on one machine, and a log is no place for a password: the owner of the data reads it here.
function writeFirstPasswords() {
  const { ConsoleMessageSender } = require(path.join(packageFolder, "lib/services/messageDelivery/consoleMessageSender"));
  ConsoleMessageSender.prototype.sendToConsole = async (context, user, destination, { __code: password }) => {
    fs.appendFileSync(passwordFile, `${new Date().toISOString()} ${destination} ${password}\n`, { mode: 0o600 });
  };
}

// Without a listener, the second line that a full disk does not take ends the process.
function dropOutputIfDiskIsFull() {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

async function main() {
  dropOutputIfDiskIsFull();
  replaceKey(readOrCreateKey());
  keepDatabaseOnFullDisk();
  addSecondInvitation();
  writeFirstPasswords();
  const { createDefaultServer } = require(path.join(packageFolder, "lib/server"));
  const ignore = () => {};
  const print = (...values) => console.error(...values);
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: print, error: print, fatal: print };
  logger.child = () => logger;
  const sessions = new LoginSessions(packageFolder);
  const server = await createDefaultServer(logger);
  addLogout(server, path.join(".cognito", "db", "clients.json"), sessions);
  addStaticFiles(server.application);
  addLoginSessions(server.application, sessions);
  refuseForeignRequests(server.application, process.env.PORT);
  await server.start();
}

main();
