"""The log: what may stand in it, and what never does."""

from __future__ import annotations

import ast
import io
import json
import logging
import secrets
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs
from consultations.invitation import new_code, new_link

ROOT = Path(__file__).parents[2]
METHODS = {"debug", "info", "warning", "error", "critical", "exception"}


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    handlers, level = logging.root.handlers[:], logging.root.level
    written = io.StringIO()
    with warnings.catch_warnings():
        logs.configure("debug", "json", written)
        yield written
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = handlers, level


def said(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_listed_event_is_told_with_its_fields(out: io.StringIO) -> None:
    structlog.get_logger().info("listening", side="chat", url="http://127.0.0.1:8080")

    (event,) = said(out)
    assert (event["event"], event["side"], event["url"]) == ("listening", "chat", "http://127.0.0.1:8080")


def test_a_field_that_is_not_listed_is_not_told(out: io.StringIO) -> None:
    structlog.get_logger().info("listening", side="chat", words="I miss my dog")

    assert "dog" not in out.getvalue()
    assert said(out)[0]["side"] == "chat"


def test_an_event_that_is_not_listed_is_told_without_its_name_or_fields(out: io.StringIO) -> None:
    structlog.get_logger().error("I miss my dog", side="I miss my dog")

    assert "dog" not in out.getvalue()
    assert said(out)[0]["event"] == "unlisted"


def test_tokens_codes_and_addresses_become_stars_even_in_listed_fields(out: io.StringIO) -> None:
    link, code = new_link(secrets.token_bytes), new_code(secrets.token_bytes)
    session = secrets.token_urlsafe(32)
    for url in (link.address("https://foreword.example"), code.shown, code.shown.lower(), session, "amal@home.example"):
        structlog.get_logger().info("listening", side=f"see {url}, please")

    assert [event["side"] for event in said(out)[1:4]] == ["see ***, please"] * 3
    assert "***" in said(out)[0]["side"]
    for secret in (link.text, code.shown, code.shown.lower(), session, "amal"):
        assert secret not in out.getvalue()


def test_ids_are_left_as_they_are(out: io.StringIO) -> None:
    structlog.get_logger().info("listening", side="5f0c2b7d9e1a4c3b8d6e7f0a1b2c3d4e")

    assert said(out)[0]["side"] == "5f0c2b7d9e1a4c3b8d6e7f0a1b2c3d4e"


def test_a_value_that_is_not_plain_is_told_by_its_kind_alone(out: io.StringIO) -> None:
    structlog.get_logger().info("listening", side={"words": "I miss my dog"})

    assert said(out)[0]["side"] == "dict"


def test_a_library_is_told_by_name_and_place_without_its_message(out: io.StringIO) -> None:
    try:
        raise ValueError("I miss my dog")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling %s", "I miss my dog")
    warnings.warn("I miss my dog", UserWarning, stacklevel=1)

    assert "dog" not in out.getvalue()
    first, second = said(out)
    assert (first["logger"], first["fault"], first["level"]) == ("aiohttp.server", "ValueError", "error")
    assert second["logger"] == "py.warnings"


def test_lines_for_a_terminal_carry_no_terminal_command() -> None:
    event = {"event": "listening", "level": "info", "timestamp": "2026-11-20T07:00:00Z", "side": "\x1b[2Jchat"}

    assert logs.as_line(None, "info", event) == "07:00:00  listening  side �[2Jchat"


def logged() -> Iterator[tuple[str, str, set[str]]]:
    """Every event that our own code logs: where, its name, its fields."""
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("consultations/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in METHODS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "logger")
            ):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                for name in names(node.args[0]):
                    yield where, name, {keyword.arg or "**" for keyword in node.keywords}


def names(said: ast.expr) -> list[str]:
    """What an event may be called: a name as it stands, or one of two; nothing that is put together."""
    match said:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.IfExp(body=one, orelse=other):
            return [*names(one), *names(other)]
    return [ast.unparse(said)]


def test_every_event_our_code_logs_is_listed_with_all_its_fields() -> None:
    found = list(logged())

    assert found
    assert [(where, name) for where, name, _ in found if name not in logs.EVENTS] == []
    assert [(where, name, more) for where, name, fields in found if (more := fields - logs.EVENTS[name])] == []
