// Makes a chat of plain forms: sends one in the background, takes the new messages out of the page that comes back,
// and puts them where the old ones were. Nothing is kept in the browser, and no string ever becomes markup: the
// browser parses the answer as it parses any page (XMLHttpRequest's "document"), without running anything in it.
// Written for old phones; where a phone is older still, the forms work without it.
"use strict";

(function () {
  const PATIENCE = 30000; // milliseconds until a slow network counts as a broken one
  const QUICK = 500; // milliseconds in which "one moment" would only flicker
  let clicked = null; // the button that sent the form, for browsers that do not say
  let sent = null; // the form's button on its way, or that did not get there: to be sent again
  let request = null; // what is on its way
  let held = false; // whether Back would lead to this same page
  let leaving = ""; // where to
  let moment = 0;
  let quiet = 0;
  let seen = Date.now();

  const by = (id) => document.getElementById(id);

  // A link's token stands after the #, where no server sees it. It goes into the form, and out of the address.
  function takeLink() {
    const token = location.hash.slice(1);
    const form = by("start");
    if (token && by("sit")) { // an advocate's pass
      history.replaceState(null, "", location.pathname);
      by("pass").value = token;
    }
    if (!token || !form) return;
    history.replaceState(null, "", location.pathname);
    form.elements.link.value = token;
    by("typed").hidden = true;
    by("ready").hidden = false;
    if (by("back")) by("back").hidden = true; // whoever has a link may be another child
  }

  // So that loading the page again asks for it, and sends nothing twice.
  function settleAddress() {
    const path = by("say") ? "/chat" : by("start") ? "/" : location.pathname;
    if (location.pathname !== path) history.replaceState(null, "", path);
  }

  // A second entry for the same page: a phone's Back then stays in the conversation, and tells of itself.
  function holdBack() {
    if (held || !by("say")) return;
    history.pushState(null, "");
    held = true;
  }

  // It is the page's own Back, where there is one. No earlier page is kept anywhere to be shown again.
  function onBack() {
    if (leaving) return location.replace(leaving);
    held = false;
    settleAddress();
    holdBack();
    const back = document.querySelector("[data-back]");
    if (back && !request) send(back);
  }

  function onSubmit(event) {
    const form = event.target;
    const button = event.submitter || clicked;
    if (button ? button.closest("#leave") : form.id === "leave") {
      leave(event, form);
    } else if (form.id === "say") {
      event.preventDefault();
      if (!request) send(button && button.form === form ? button : null);
    } else if (form.dataset.sent) {
      event.preventDefault(); // a second tap while the first is under way
    } else {
      form.dataset.sent = "yes";
    }
  }

  function send(button) {
    const form = by("say");
    sent = button;
    by("problem").firstElementChild.hidden = true;
    wait(form, true);
    const asked = new XMLHttpRequest();
    request = asked;
    asked.open("POST", form.action);
    asked.responseType = "document";
    asked.timeout = PATIENCE;
    asked.setRequestHeader("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    asked.onload = () => arrived(asked.status, asked.response);
    asked.onerror = asked.ontimeout = () => failed(0, null);
    asked.send(said(form).toString());
  }

  function said(form) {
    const body = new URLSearchParams(new FormData(form));
    if (sent && sent.name) body.append(sent.name, sent.value);
    return body;
  }

  function wait(form, waiting) {
    const words = by("words");
    clearTimeout(moment);
    form.classList.toggle("waiting", waiting);
    if (words) words.readOnly = waiting; // what is typed meanwhile would be lost
    const says = by("waiting");
    if (waiting) moment = setTimeout(() => { says.textContent = says.dataset.says; }, QUICK);
    else says.textContent = "";
  }

  function arrived(status, page) {
    if (status !== 200 || !page || !page.querySelector("main")) return failed(status, page);
    request = sent = null;
    wait(by("say"), false);
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.dir = page.documentElement.dir;
    scrollTo(0, 0);
    if (page.getElementById("say")) turn(page);
    else show(page);
    settleAddress();
    restart();
  }

  // The new messages are added to the log, and so read aloud; then the old ones go: on a phone that others may look
  // at, what was said before does not stay on the screen.
  function turn(page) {
    const log = by("log");
    const old = Array.from(log.childNodes);
    old.forEach((node) => { if (node.querySelectorAll) [node, ...node.querySelectorAll("[id]")].forEach((each) => each.removeAttribute("id")); });
    Array.from(page.getElementById("log").childNodes).forEach((node) => log.appendChild(document.importNode(node, true)));
    old.forEach((node) => node.remove());
    ["#say", "#problem", "#waiting", "#leave", ".bar", ".demo"].filter((part) => page.querySelector(part)).forEach((part) => {
      document.querySelector(part).replaceWith(document.importNode(page.querySelector(part), true));
    });
    const here = log.querySelector("[autofocus]");
    if (here) here.focus();
    else by("say").focus({ preventScroll: true });
  }

  // Another kind of page: the visit is over.
  function show(page) {
    document.body.replaceWith(document.importNode(page.body, true));
    const main = document.querySelector("main");
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
  }

  // Nothing of what was typed goes away. The same form sent again is the same event, so it cannot count twice.
  function failed(status, page) {
    request = null;
    wait(by("say"), false);
    const told = page && page.querySelector("[data-sorry]");
    const problem = by("problem").firstElementChild;
    if (told) problem.firstElementChild.textContent = told.textContent;
    by("again").hidden = status === 413;
    problem.hidden = false;
    if (status !== 413) by("again").focus();
  }

  // Away first: the screen is blank at once, the server hears of it on the side, with what was half typed, and Back
  // does not lead here. What was on its way already is said in the same words, and so counts once.
  function leave(event, form) {
    const way = by("leave");
    document.documentElement.classList.add("gone");
    if (request) request.abort();
    if (!navigator.sendBeacon || !navigator.sendBeacon(way.action, said(form))) return;
    event.preventDefault();
    leaving = way.dataset.url;
    if (!held) return location.replace(leaving);
    history.back(); // so that none of this page's entries is left behind it
    setTimeout(() => location.replace(leaving), QUICK);
  }

  // Nobody was here for as long as a visit may read: what is on the screen goes, but for words that are not sent yet.
  function restart() {
    clearTimeout(quiet);
    seen = Date.now();
    const form = by("say");
    if (form) quiet = setTimeout(close, form.dataset.idle * 1000);
  }

  function close() {
    const words = by("words");
    if (request) return;
    if (!words || words.value === words.defaultValue) return location.replace("/chat");
    Array.from(by("log").children).forEach((message) => { if (message.id !== "newest") message.remove(); });
  }

  function onReturn() {
    const form = by("say");
    if (form && !document.hidden && Date.now() - seen > form.dataset.idle * 1000) close();
  }

  document.addEventListener("click", (event) => {
    clicked = event.target.closest ? event.target.closest("button") : null;
    if (clicked && clicked.id === "again" && !request) send(sent);
  });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("visibilitychange", onReturn);
  addEventListener("hashchange", takeLink);
  addEventListener("popstate", onBack);
  addEventListener("pagehide", () => document.documentElement.classList.add("gone"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // from the back-forward cache: who knows who is looking now
  });

  takeLink();
  settleAddress();
  holdBack();
  restart();
})();
