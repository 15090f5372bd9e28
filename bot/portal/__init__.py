"""The staff side: sign in, see one's own children's reviews, read what was sent. Its own application and cookies.

A folder a page family: code and template side by side. Everything works without JavaScript; there is none.

    GET  /                              to the list
    GET  /sign-in                       the form; with ?show=words the phrase is typed in sight
    POST /sign-in                       username, phrase, next (a path of ours), csrf      → 303, or 422: wrong
    GET  /second-factor                 once the words were right: the form for a code, or a second factor to be set up
    POST /second-factor                 code, next, prepared (where it is set up), csrf    → 303, or 422: not the code
    POST /sign-out                      csrf
    GET  /recover                       the form for a recovery code
    POST /recover                       username, recovery, code, csrf                     → new words, once; or 422
    POST /recover/confirm               prepared, phrase, csrf                             → 303, 422: not the phrase
    GET  /enrol                         the form for an enrolment code
    POST /enrol                         code, csrf                                         → words, once; or 422
    POST /enrol/confirm                 prepared, phrase, csrf                             → 200: wait to be confirmed,
                                                                                             422: not the phrase
    GET  /sessions                      where they are signed in
    POST /sessions/end                  session, csrf: one of theirs is locked             → 303
    POST /sessions/end-others           csrf: every one but this                           → 303
    GET  /staff                         a manager's own: who may sign in, and how far they have come; 404 for others
    GET  /staff/{username}              one of them
    POST /staff/{username}/reset        csrf: their second factor is taken away            → 303
    POST /staff/{username}/confirm      number (of their key, as they read it out), csrf   → 303; 422: another number
    GET  /phrase                        new words, for somebody signed in
    POST /phrase                        phrase (as it is now), code, csrf                  → words, once; or 422
    POST /phrase/confirm                prepared, phrase, csrf                             → 303, 422: not the phrase
    GET  /alerts                        children who may not be safe: those nobody has first
    GET  /alerts/{id}                   one of them, for the officer, managers and the duty list
    POST /alerts/{id}/hold              instead_of (who has it, as shown; else empty), csrf → 303; 409: somebody has it
    POST /alerts/{id}/close             done, csrf                                     → 303; 422: says nothing; 409
    GET  /alerts/{id}/said              what the child said with it; opening it is noted before it is shown
    GET  /reviews                       my children's reviews; ?find= looks for a part of the reference
    GET  /reviews/{reference}           the summary; opening it is noted before it is shown
    GET  /reviews/{reference}/why       asks why the officer's copy is made; ?format= as below
    POST /reviews/{reference}/copies    copy (officer, meeting, file), format (pdf, html, json, txt, page),
                                        reason (for the officer's), csrf                   → the file; 422: why is asked
    GET  /children                      an advocate's own: the children who said yes to them; 404 for others
    POST /children                      csrf                                               → a pass, once
    GET  /key-in                        a coordinator's own: open reviews by reference; 404 for others
    GET  /key-in/{review}               for an officer's or any reference, or an advocate's child: a form, or a talk?
    POST /key-in/{review}               how (paper, spoken), csrf                          → a pass, once
    GET  /health                        200 while staff can be answered, 503 while they cannot

These paths and field names are relied on by `foreword summary`, which signs in by the same form: it gets /sign-in,
keeps the cookies, reads the hidden `csrf` field, posts with an `Origin` header of this site, and takes a `csrf` for
what follows from any page it then gets (/reviews notes nothing). Without a session every other path answers 403 with
the sign-in form; a form that another page or a former session made is 403 too, and a page that is not somebody's is 404
in the same words as one that never was.
"""
