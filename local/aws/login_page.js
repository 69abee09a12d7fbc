// The page of the local login, in the look of the product: its stylesheet and its logo, and the fields that
// cognito-local's own form has.
const fs = require("node:fs");
const path = require("node:path");

const STATIC_FOLDER = path.join(__dirname, "..", "..", "ui", "static");
const FILES = { "/static/page.css": "text/css", "/static/icon.svg": "image/svg+xml" };
const FIELDS = ["lang", "client_id", "redirect_uri", "response_type", "code_challenge", "code_challenge_method", "scope", "state"];
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);

// By language, from the catalogues of the page: local/aws/cognito.py.
const TEXTS = JSON.parse(process.env.LOGIN_TEXTS ?? "{}");

// `values` are those of the request, which comes from anybody; they are escaped. After a login that failed
// the password is asked for again, and the name stays.
function buildPage(values, { hasFailed }) {
  const language = values.lang in TEXTS ? values.lang : "en";
  const gettext = (text) => TEXTS[language]?.[text] ?? text;
  const hidden = FIELDS.map((name) => `<input type="hidden" name="${name}" value="${escape(values[name])}">`).join("\n      ");
  const error = `<p class="login-error" id="login-error" role="alert">${gettext("E-mail address or password is not right. Try again.")}</p>`;
  const description = hasFailed ? ' aria-invalid="true" aria-describedby="login-error"' : "";
  return `<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="dark light">
  <title>${hasFailed ? `${gettext("Error:")} ` : ""}${gettext("Log in")} · ${gettext("Chest X-ray screening")}</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/page.css">
</head>
<body class="centred-page login-page">
  <header class="page-header">
    <span class="brand"><img class="logo" src="/static/icon.svg" alt=""><span>${gettext("Chest X-ray screening")}</span></span>
  </header>
  <main>
    <form class="card login-form" method="post" action="/oauth2/authorize">
      <h1>${gettext("Log in")}</h1>
      ${hasFailed ? error : ""}
      ${hidden}
      <label><span>${gettext("E-mail address")}</span> <input name="username" type="email" autocomplete="username" required value="${escape(values.username)}"${description}${hasFailed ? "" : " autofocus"}></label>
      <label><span>${gettext("Password")}</span> <input name="password" type="password" autocomplete="current-password" required${description}${hasFailed ? " autofocus" : ""}></label>
      <button type="submit">${gettext("Log in")}</button>
      <p class="muted">${gettext("This is the login of a system on one machine. <code>make run</code> prints its accounts and their password.")}</p>
    </form>
  </main>
  <footer class="page-footer"><strong>${gettext("Decision support, not a diagnosis.")}</strong></footer>
</body>
</html>
`;
}

// A browser follows the redirect after a form only where the policy of the form's page names its target.
function sendPage(response, values, { hasFailed, send }) {
  const target = new URL(values.redirect_uri).origin;
  response.set({
    "Content-Security-Policy": `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${target}; base-uri 'none'; frame-ancestors 'none'`,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
  return send.call(response, buildPage(values, { hasFailed }));
}

function addStaticFiles(application) {
  for (const [address, type] of Object.entries(FILES)) {
    const content = fs.readFileSync(path.join(STATIC_FOLDER, path.basename(address)));
    application.get(address, (_request, response) => {
      response.set({ "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" }).type(type).send(content);
    });
  }
}

module.exports = { addStaticFiles, sendPage };
