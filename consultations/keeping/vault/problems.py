"""What can go wrong in the vault, grouped by what the caller can do about it.

    VaultProblem
    ├── Refused             forged, swapped, truncated, of another child or of an unknown format: show nothing, note it
    │   └── RolledBack      genuine, but something before or between is missing
    ├── KeyFileProblem      the operator must act; the message says how
    ├── SheetProblem        a recovery sheet was mistyped; the message says where
    ├── TooLarge            more words than a draft or a sending can hold
    └── WrongPhrase         an expected thing: ask again

No message holds anything that was sealed.
"""


class VaultProblem(Exception):
    """Anything the vault says no to."""


class Refused(VaultProblem):
    """What was handed in is not what was sealed here, for this place."""


class RolledBack(Refused):
    """Everything is genuine, but something was dropped, put back or moved."""


class KeyFileProblem(VaultProblem):
    """A key file cannot be used. The message is a sentence for the operator."""


class SheetProblem(VaultProblem):
    """Recovery sheets do not combine. The message says which sheet and word."""


class TooLarge(VaultProblem):
    """It does not fit the largest size that is kept."""


class WrongPhrase(VaultProblem):
    """The phrase or recovery code does not unlock this key."""
