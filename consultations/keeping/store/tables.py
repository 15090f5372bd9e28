"""What is stored: one class a table, and nothing else.

Words of a child are only ever in `sealed`, `details_for_chat` and `details_for_portal`, as bytes this package cannot
open. There is no network address and no user agent anywhere. Days stand where an exact time is not needed.
Ids are random and come from the caller.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from consultations.keeping.store.columns import Moment, Plain

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)


class Row(SQLModel, registry=registry(metadata=METADATA)):
    """The base of every table: our own metadata, with names that migrations can rely on."""


def _id() -> Any:
    return Field(sa_type=Plain, primary_key=True)


def _text(**more: Any) -> Any:
    return Field(sa_type=Plain, **more)


def _moment(**more: Any) -> Any:
    return Field(sa_type=Moment, **more)


def _day(**more: Any) -> Any:
    return Field(sa_type=Date, **more)


def _bytes(**more: Any) -> Any:
    return Field(sa_type=LargeBinary, **more)


class Site(Row, table=True):
    """One row: which deployment this is, the recovery key's public entry, and when its sheets were last tried."""

    __tablename__ = "site"
    __table_args__: ClassVar[Any] = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    deployment: str = _text()
    recovery_reader: str = _text()
    recovery_public: bytes = _bytes()
    recovery_signature: bytes = _bytes()
    chat_key: str | None = _text(default=None)  # the id of the key file in force; None: it was never changed
    portal_key: str | None = _text(default=None)
    created_at: dt.datetime = _moment()
    canary: bytes | None = _bytes(default=None)  # sealed to the recovery key: what a drill opens
    drilled_at: dt.datetime | None = _moment(default=None)  # when two real sheets last opened it


class Staff(Row, table=True):
    """Somebody who works here, and, once their keys were confirmed, their entry in the directory of readers."""

    __tablename__ = "staff"

    id: str = _id()
    username: str = _text(unique=True)
    name: str = _text()
    role: str = _text()
    added_at: dt.datetime = _moment()
    disabled_at: dt.datetime | None = _moment(default=None)
    enrolled_at: dt.datetime | None = _moment(default=None)
    waiting_public: bytes | None = _bytes(default=None)  # enrolled, and not confirmed yet: nobody's reader
    confirmed_at: dt.datetime | None = _moment(default=None)  # NULL where they enrolled before this was asked
    confirmed_by: str | None = _text(default=None)  # a manager's id; NULL: whoever runs the server
    factor_reset_at: dt.datetime | None = _moment(default=None)
    factor_reset_by: str | None = _text(default=None)  # a manager's id; NULL: whoever runs the server
    public: bytes | None = _bytes(default=None)
    signature: bytes | None = _bytes(default=None)
    stamp: str = _text()  # changes whenever every open session of theirs must end


class Custody(Row, table=True):
    """A reader's private keys, locked; several may stand side by side (phrase, recovery code)."""

    __tablename__ = "custody"

    id: str = _id()
    staff_id: str = _text(foreign_key="staff.id", index=True)
    kind: str = _text()
    locked: bytes = _bytes()
    made_at: dt.datetime = _moment()


class FormerKey(Row, table=True):
    """The directory entry a reader had before they made new keys: what was sealed to it is theirs still."""

    __tablename__ = "former_key"

    id: str = _id()
    staff_id: str = _text(foreign_key="staff.id", index=True)
    public: bytes = _bytes()
    signature: bytes = _bytes()


class SecondFactor(Row, table=True):
    """What a person's phone and the portal share (TOTP), and the last step whose code was used."""

    __tablename__ = "second_factor"

    staff_id: str = _text(foreign_key="staff.id", primary_key=True)
    sealed: bytes = _bytes()
    step: int = Field(sa_type=BigInteger)
    made_at: dt.datetime = _moment()


class Enrolment(Row, table=True):
    """A one-day code that lets one member of staff make their keys, once."""

    __tablename__ = "enrolment"

    id: str = _id()
    staff_id: str = _text(foreign_key="staff.id", index=True)
    code_hash: str = _text(unique=True)
    expires_at: dt.datetime = _moment()
    used_at: dt.datetime | None = _moment(default=None)


class PortalSession(Row, table=True):
    """An unlocked session: reader keys sealed under a key that only the cookie holds. No row, no session."""

    __tablename__ = "portal_session"

    id: str = _id()  # SHA-256 of the cookie's token
    staff_id: str = _text(foreign_key="staff.id", index=True)
    stamp: str = _text()
    sealed: bytes = _bytes()
    created_at: dt.datetime = _moment()
    seen_at: dt.datetime = _moment()
    passed_at: dt.datetime | None = _moment(default=None)  # NULL: the second factor is still to come


class Review(Row, table=True):
    """One statutory review. The child's name and dates are in the two sealed columns, one for each process."""

    __tablename__ = "review"

    id: str = _id()
    reference: str = _text(unique=True)
    officer_id: str = _text(foreign_key="staff.id", index=True)
    question_set: str = _text()
    review_on: dt.date = _day()
    held_on: dt.date | None = _day(default=None)
    details_for_chat: bytes = _bytes()
    details_for_portal: bytes = _bytes()
    imported_on: dt.date = _day()
    left_care_on: dt.date | None = _day(default=None)
    forgotten_on: dt.date | None = _day(default=None)  # what was sent, and who the child is: both details are empty
    assigned: bytes | None = _bytes(default=None)  # the portal vouches for an officer other than the details name


class Invitation(Row, table=True):
    """A link (once) and a typed code that let one child in. Only the latest of a review is live."""

    __tablename__ = "invitation"
    __table_args__: ClassVar[Any] = (
        Index(
            "uq_invitation_live_selector",
            "selector",
            unique=True,
            sqlite_where=sql("revoked_at IS NULL"),
            postgresql_where=sql("revoked_at IS NULL"),
        ),
        Index(
            "uq_invitation_live_review",
            "review_id",
            unique=True,
            sqlite_where=sql("revoked_at IS NULL"),
            postgresql_where=sql("revoked_at IS NULL"),
        ),
    )

    id: str = _id()
    review_id: str = _text(foreign_key="review.id", index=True)
    selector: str = _text()
    verifier: bytes = _bytes()
    link_hash: str = _text(unique=True)
    reissue: bool  # an earlier one had been issued for this review
    issued_at: dt.datetime = _moment()
    link_used_on: dt.date | None = _day(default=None)
    bound_on: dt.date | None = _day(default=None)
    revoked_at: dt.datetime | None = _moment(default=None)


class Consultation(Row, table=True):
    """One child's run through a question set for one review."""

    __tablename__ = "consultation"

    id: str = _id()
    review_id: str = _text(foreign_key="review.id", unique=True)
    began_on: dt.date = _day()
    window_closes_at: dt.datetime | None = _moment(default=None, index=True)
    language: str | None = _text(default=None)  # to book an interpreter for, or English; see interpreting


class Draft(Row, table=True):
    """The conversation, sealed. The one row that every turn rewrites."""

    __tablename__ = "draft"

    consultation_id: str = _text(foreign_key="consultation.id", primary_key=True)
    version: int
    sealed: bytes = _bytes()
    kept_on: dt.date = _day()


class DraftKey(Row, table=True):
    """The draft's own key, wrapped. Never in the row that every turn rewrites, so that it can really go."""

    __tablename__ = "draft_key"

    consultation_id: str = _text(foreign_key="consultation.id", primary_key=True)
    wrapped: bytes = _bytes()


class ChatSession(Row, table=True):
    """A door's way to a thread: its address, e.g. "web:" and the SHA-256 of the cookie's token."""

    __tablename__ = "chat_session"

    address: str = _id()
    consultation_id: str = _text(foreign_key="consultation.id", index=True)
    created_at: dt.datetime = _moment()
    ended_at: dt.datetime | None = _moment(default=None)
    last_word_at: dt.datetime | None = _moment(default=None)
    sitting_id: str | None = _text(default=None, foreign_key="sitting.id")  # an advocate's, on their own device


class SittingPass(Row, table=True):
    """A pass that an advocate takes to the children's side: once, for ten minutes. `mark` is its SHA-256."""

    __tablename__ = "sitting_pass"

    mark: str = _id()
    staff_id: str = _text(foreign_key="staff.id", index=True)
    expires_at: dt.datetime = _moment(index=True)
    signature: bytes = _bytes()
    used_at: dt.datetime | None = _moment(default=None)
    review_id: str | None = _text(foreign_key="review.id", default=None)  # to key in for this one
    how: str = _text(default="")  # from what: answers.PAPER or answers.SPOKEN


class Sitting(Row, table=True):
    """An advocate beside a child, for two hours at most. Whether they may still be there, the sealed state says too."""

    __tablename__ = "sitting"

    id: str = _id()
    consultation_id: str = _text(foreign_key="consultation.id", index=True)
    staff_id: str = _text(foreign_key="staff.id", index=True)
    began_at: dt.datetime = _moment()
    ends_at: dt.datetime = _moment()
    how: str = _text(default="")  # a form or a talk is keyed in, without the child
    agreed_at: dt.datetime | None = _moment(default=None)  # the child said yes
    ended_at: dt.datetime | None = _moment(default=None)


class Sending(Row, table=True):
    """What was sent, as a fact. Its bundles and wraps go when it is replaced or taken back; this row stays."""

    __tablename__ = "sending"
    __table_args__: ClassVar[Any] = (UniqueConstraint("consultation_id", "number"),)

    id: str = _id()
    consultation_id: str = _text(foreign_key="consultation.id")
    number: int
    kind: str = _text()
    manifest: bytes = _bytes()
    signature: bytes = _bytes()
    sent_at: dt.datetime = _moment()
    replaced_by: str | None = _text(default=None, foreign_key="sending.id", index=True)
    taken_back_at: dt.datetime | None = _moment(default=None)


class Bundle(Row, table=True):
    """One padded, sealed bundle of a sending, by its place."""

    __tablename__ = "bundle"

    sending_id: str = _text(foreign_key="sending.id", primary_key=True)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sealed: bytes = _bytes()


class Wrap(Row, table=True):
    """A bundle's key, wrapped to one reader, or to nobody. Which is which, only opening it tells."""

    __tablename__ = "wrap"

    sending_id: str = _text(foreign_key="sending.id", primary_key=True)
    bundle: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sealed: bytes = _bytes()


class Reading(Row, table=True):
    """A reader opened a sending, or made a copy of it. `reason` is sealed to the same readers."""

    __tablename__ = "reading"
    __table_args__: ClassVar[Any] = (
        Index(
            "uq_reading_opened",
            "sending_id",
            "staff_id",
            unique=True,
            sqlite_where=sql("what = 'opened'"),
            postgresql_where=sql("what = 'opened'"),
        ),
    )

    id: str = _id()
    sending_id: str = _text(foreign_key="sending.id", index=True)
    staff_id: str = _text(foreign_key="staff.id", index=True)
    what: str = _text()
    at: dt.datetime = _moment()
    reason: bytes | None = _bytes(default=None)


class Alert(Row, table=True):
    """A child said that they are not safe: who has been called, who has it, and what was done. No word of the child,
    and not which answer it was; `kept_from` names kinds of people."""

    __tablename__ = "alert"
    __table_args__: ClassVar[Any] = (UniqueConstraint("consultation_id", "number"),)

    id: str = _id()
    consultation_id: str = _text(foreign_key="consultation.id")
    number: int
    beside: str = _text()  # the kind of helper who was there; "" for nobody
    raised_at: dt.datetime = _moment()
    again_at: dt.datetime | None = _moment(default=None)  # when it was last raised again, before anybody had it
    kept_from: str = _text()  # kinds of people who must not be told, with commas
    kept_officer_id: str | None = _text(default=None, foreign_key="staff.id")  # whose review it was when that was said
    kept_officer_at: dt.datetime | None = _moment(default=None)  # when that was said
    officer_held_at: dt.datetime | None = _moment(default=None)  # since when they had it then, if they did
    mistaken_at: dt.datetime | None = _moment(default=None)  # the child said that it was a mistake
    sending_id: str | None = _text(default=None, foreign_key="sending.id")  # what was said, sealed
    held_by: str | None = _text(default=None, foreign_key="staff.id")
    held_at: dt.datetime | None = _moment(default=None)
    closed_by: str | None = _text(default=None, foreign_key="staff.id")
    closed_at: dt.datetime | None = _moment(default=None)
    done: bytes | None = _bytes(default=None)  # what was done, sealed
    call_at: dt.datetime | None = _moment(default=None, index=True)  # when somebody is to be called; None: they have it
    calls: int
    called_at: dt.datetime | None = _moment(default=None)
    called_who: str = _text(default="")  # whom the last call reached, as the duty list names them
    calling_until: dt.datetime | None = _moment(default=None)  # somebody is calling, and nobody else until then
    failing_since: dt.datetime | None = _moment(default=None)


class Ask(Row, table=True):
    """Something that cannot wait and that the child said yes to telling the officer now: which, and never a word."""

    __tablename__ = "ask"

    consultation_id: str = _text(foreign_key="consultation.id", primary_key=True)
    kind: str = _text(primary_key=True)
    at: dt.datetime = _moment()


class Slowing(Row, table=True):
    """How often something was tried since a moment. `key` is opaque, never an address."""

    __tablename__ = "slowing"

    key: str = _id()
    since: dt.datetime = _moment(primary_key=True)
    tries: int


class Tally(Row, table=True):
    """A count of what was said to "Was this OK to use?", and nothing that leads back to a child."""

    __tablename__ = "tally"

    question_set: str = _text(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    choice: str = _text(primary_key=True)
    count: int


class WayIn(Row, table=True):
    """A way from one door to another, for ten minutes: to a consultation, or to an invitation not used yet.

    Its link and its code are kept as keyed marks alone. The row goes when it is used.
    """

    __tablename__ = "way_in"

    id: str = _id()  # what the visit that made it vouches for, in its sealed state
    link_mark: str = _text(unique=True)
    code_mark: str = _text(unique=True)
    consultation_id: str | None = _text(default=None, foreign_key="consultation.id", index=True)
    invitation_id: str | None = _text(default=None, foreign_key="invitation.id", index=True)
    expires_at: dt.datetime = _moment(index=True)


class Account(Row, table=True):
    """An account of a messenger that wrote to us: where to answer it is sealed; its address is a blind index."""

    __tablename__ = "account"

    address: str = _id()
    sealed: bytes = _bytes()
    unreachable_on: dt.date | None = _day(default=None)  # it blocked us, or is gone


class Listened(Row, table=True):
    """When this side last heard a messenger's server: after a gap, children are told that they were not heard."""

    __tablename__ = "listened"

    door: str = _id()
    at: dt.datetime = _moment()


class SetAside(Row, table=True):
    """An update that could not be taken in, by its number: how often it was tried, and never what it held."""

    __tablename__ = "set_aside"

    door: str = _text(primary_key=True)
    number: str = _text(primary_key=True)
    tries: int
    at: dt.datetime = _moment()


class Standing(Row, table=True):
    """A message that still stands in somebody's chat: its number and its hour, until it is cleared."""

    __tablename__ = "standing"

    address: str = _text(primary_key=True)
    number: str = _text(primary_key=True)
    whose: str = _text()
    hour: dt.datetime = _moment(index=True)
    wanted: bool  # the child asked for it to be cleared


class TrailEntry(Row, table=True):
    """One link of a chain of the trail: ids and codes alone. Rows are added, and never changed."""

    __tablename__ = "trail_entry"

    chain: str = _text(primary_key=True)
    number: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: dt.datetime = _moment()
    deed: str = _text()
    by: str = _text()
    of: str = _text(index=True)
    more: str = _text()
    seal: bytes = _bytes()
    mark: bytes = _bytes()
