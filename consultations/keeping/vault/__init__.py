"""The vault: seal, open, wrap, forget. The only place that imports `cryptography`; no I/O but its own key files.

    problems.py    what can go wrong, in sentences
    secret.py      a secret prints as stars
    context.py     what a ciphertext is bound to; formats.py: what it begins with; padding.py: how long it is
    keys.py        the two key files and what is derived from them
    seasons.py     the erasable half of the key that wraps draft keys
    drafts.py      a consultation before it is sent
    details.py     names and dates of birth, and how to look one up
    readers.py     a reader's key pairs; custody.py locks them by phrase or code; directory.py vouches for them
    assignments.py a review is another officer's from now on
    sendings.py    what was sent, sealed to its readers; manifests.py: what the chat signs, and their chain
    notes.py       what a reader writes about opened words
    sessions.py    an officer's unlocked session, a child's cookie
    codes.py       links and typed codes, as they are stored; stretching.py makes guesses slow
    recovery.py    the recovery key on word sheets
    trail.py       the chains of what was done

Every blob begins with its format and suite (formats.py); one that this version does not know is refused.
"""
