// The end of a login in the small window or in the hidden frame: tells the pages that wait for it, and
// closes the window.
"use strict";

(() => {
  const channel = new BroadcastChannel("login");
  channel.postMessage(document.body.dataset.loginResult);
  if (window === window.top && document.body.dataset.loginResult === "finished") window.close();
})();
