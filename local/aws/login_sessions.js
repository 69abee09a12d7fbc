// The login's own session, as Cognito has one: a cookie by which a later login of the same browser needs no
// form. With prompt=none there is never a form, with prompt=login always. It ends after 12 hours, at the
// logout, and with this process.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const { sendPage } = require("./login_page");

const DATABASE = path.join(".cognito", "db");
const COOKIE = "login";
const MAX_SECONDS = 12 * 3600;
const COOKIE_OPTIONS = { httpOnly: true, sameSite: "lax", path: "/" };

// cognito-local hands its store of codes to nobody, so it is taken at the first code that it creates.
function watchCodes(packageFolder) {
  const { AuthorizationCodeStore } = require(path.join(packageFolder, "lib/oauth2/authorizationCodeStore"));
  const { create } = AuthorizationCodeStore.prototype;
  const watch = { store: null, login: null };
  AuthorizationCodeStore.prototype.create = function createAndWatch(login) {
    Object.assign(watch, { store: this, login });
    return create.call(this, login);
  };
  return watch;
}

function readCookie(request) {
  const cookies = (request.headers.cookie ?? "").split(/; */).map((cookie) => cookie.split("="));
  return cookies.find(([name]) => name === COOKIE)?.[1];
}

// cognito-local stores that a user is disabled, and logs the user in all the same. Cognito does not.
function isEnabled({ userPoolId, username }) {
  const { Users } = JSON.parse(fs.readFileSync(path.join(DATABASE, `${userPoolId}.json`), "utf-8"));
  return Users[username]?.Enabled !== false;
}

class LoginSessions {
  constructor(packageFolder) {
    this.codes = watchCodes(packageFolder);
    this.sessions = new Map();
  }

  // Who has logged in with a password in this browser, within the last 12 hours.
  find(request) {
    const session = this.sessions.get(readCookie(request));
    const isValid = session && Date.now() - session.startedAt < MAX_SECONDS * 1000 && isEnabled(session);
    return isValid ? session : null;
  }

  // Called while cognito-local redirects with the code of a login that has just succeeded.
  start(request, response) {
    this.end(request, response);
    const { userPoolId, username } = this.codes.login;
    const id = crypto.randomBytes(32).toString("base64url");
    this.sessions.set(id, { userPoolId, username, startedAt: Date.now() });
    response.cookie(COOKIE, id, COOKIE_OPTIONS);
  }

  end(request, response) {
    this.sessions.delete(readCookie(request));
    response.clearCookie(COOKIE, COOKIE_OPTIONS);
  }

  // The redirect of a login without a form: with a code, or with the error of OpenID Connect.
  buildRedirect({ client_id, redirect_uri, code_challenge, scope, state }, session) {
    const address = new URL(redirect_uri);
    if (session) {
      const { userPoolId, username } = session;
      const login = { clientId: client_id, userPoolId, username, redirectUri: redirect_uri, codeChallenge: code_challenge, scope: scope ?? "", state };
      address.searchParams.set("code", this.codes.store.create(login));
    } else {
      address.searchParams.set("error", "login_required");
    }
    if (state) address.searchParams.set("state", state);
    return address.toString();
  }
}

// `application` has checked client, addresses and PKCE before it sends its form, so the form is where a login
// without one begins. Our page replaces the form.
function addLoginSessions(application, sessions) {
  const { send, redirect } = application.response;
  const handle = application.handle.bind(application);
  application.handle = (request, response, next) => {
    if (request.url.split("?")[0] !== "/oauth2/authorize") return handle(request, response, next);
    response.send = (body) => {
      const { prompt } = request.query;
      if (response.statusCode !== 200) return send.call(response, body);
      if (request.method === "POST") return sendPage(response, request.body, { hasFailed: true, send });
      const session = prompt === "login" ? null : sessions.find(request);
      if (session || prompt === "none") return redirect.call(response, sessions.buildRedirect(request.query, session));
      return sendPage(response, request.query, { hasFailed: false, send });
    };
    response.redirect = (address) => {
      if (request.method === "POST") {
        if (!isEnabled(sessions.codes.login)) return sendPage(response, request.body, { hasFailed: true, send });
        sessions.start(request, response);
      }
      return redirect.call(response, address);
    };
    return handle(request, response, next);
  };
}

module.exports = { LoginSessions, addLoginSessions };
