"""Who may do what: one table.

It says what a role may *ask for*. Whether there is anything to see is another matter, and the stronger one: a sending
opens only for a reader it was sealed to, so a manager who may list reviews still cannot open a word of them.
A review that somebody may not see is not found, in the same words and with the same work as one that does not exist.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to Foreword. `Staff.role` holds one of these: an account has one role, and only that.

    A custodian keeps a recovery sheet, an administrator the server. What they do is done at its terminal, so that here
    they see their own sign-in, and nothing of any child.
    """

    OFFICER = "officer"
    MANAGER = "manager"
    ADVOCATE = "advocate"
    COORDINATOR = "coordinator"
    CUSTODIAN = "custodian"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """Something a person at the portal can ask for."""

    LIST_OWN_REVIEWS = "list own reviews"
    CHAIR_REVIEWS = "be the officer of a review"
    OPEN_OWN_SUMMARY = "open own summary"
    MAKE_COPIES = "make copies"
    ANSWER_ALERTS = "answer alerts"
    SEE_EVERY_ALERT = "see every alert"
    HELP_CHILDREN = "help children"
    READ_WHAT_IS_LET = "read what children let them"
    KEY_IN = "key in a form or a talk"
    KEY_IN_FOR_ANYBODY = "key in for any open review"
    SEND_A_FORM = "send a form as the child handed it in"
    LOOK_AFTER_STAFF = "see who may sign in, and confirm them"


_OWN_CHILDREN = frozenset(
    {
        Act.LIST_OWN_REVIEWS,
        Act.CHAIR_REVIEWS,
        Act.OPEN_OWN_SUMMARY,
        Act.MAKE_COPIES,
        Act.ANSWER_ALERTS,
        Act.KEY_IN,
        Act.SEND_A_FORM,
    }
)

MAY: dict[Role, frozenset[Act]] = {
    Role.OFFICER: _OWN_CHILDREN,
    Role.MANAGER: frozenset({Act.LIST_OWN_REVIEWS, Act.ANSWER_ALERTS, Act.SEE_EVERY_ALERT, Act.LOOK_AFTER_STAFF}),
    Role.ADVOCATE: frozenset({Act.HELP_CHILDREN, Act.READ_WHAT_IS_LET, Act.KEY_IN}),
    Role.COORDINATOR: frozenset({Act.KEY_IN, Act.KEY_IN_FOR_ANYBODY}),
    Role.CUSTODIAN: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
}


def may(role: Role | str, act: Act) -> bool:
    """True when this role may ask for this. What stands in no row is refused."""
    return act in MAY[Role(role)]


def who_may(act: Act) -> tuple[Role, ...]:
    """The roles that may ask for this."""
    return tuple(role for role in Role if may(role, act))
