"""Who imports whom, kept by reading every module's syntax tree.

`bot.app` imports anything. Doors import verbs and plain values. Verbs import nouns and keeping. Nouns import the
standard library, each other, and a few libraries that draw or count. `RULES` says it module by module.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

KEEPING = "consultations.keeping"
STORE = f"{KEEPING}.store"
VAULT = f"{KEEPING}.vault"
DOING = """
    founding examining staffing inviting admitting slowing drafting listening sealing unsealing vouching
    signing_in enrolling reading attending alerting reminding forgetting carrying handing_over tallying tidying
    sitting_down helping keying_in passing auditing rehearsing confirming expiring
    backing_up restoring passing_on recovering leaving proving rekeying
"""
VERBS = tuple(f"consultations.{verb}" for verb in DOING.split())
NOUNS_MAY_IMPORT = {"babel", "consultations", "docx", "holidays", "jinja2", "markupsafe", "pypdf", "segno", "typst"}
CHANCE_AND_TIME = ("asyncio", "random", "secrets", "socket", "subprocess", "time", "uuid")


@dataclass(frozen=True, slots=True)
class Rule:
    """No module under `who`, save those under `but`, imports anything under `never`, save what is under `save`."""

    promise: str
    who: tuple[str, ...]
    never: tuple[str, ...]
    but: tuple[str, ...] = ()
    save: tuple[str, ...] = ()


EVERYONE = ("bot", "consultations")
RULES = (
    Rule("consultations know no channel and no web framework", ("consultations",), ("bot", "telegram", "aiohttp")),
    Rule("chat and portal never import each other", ("bot.chat",), ("bot.portal",)),
    Rule("chat and portal never import each other", ("bot.portal",), ("bot.chat",)),
    Rule("only the Telegram door knows Telegram", EVERYONE, ("telegram",), but=("bot.app", "bot.chat.on_telegram")),
    Rule(
        "only the store writes SQL",
        EVERYONE,
        ("aiosqlite", "alembic", "asyncpg", "sqlalchemy", "sqlite3", "sqlmodel"),
        but=(STORE, f"{KEEPING}.migrations"),
    ),
    Rule("only the vault does cryptography", EVERYONE, ("cryptography", "shamir_mnemonic"), but=(VAULT,)),
    Rule(
        "a door imports verbs and plain values: what is kept reaches it through them",
        ("bot",),
        (KEEPING,),
        but=("bot.app",),
        save=(f"{STORE}.problems", f"{VAULT}.problems"),  # a door says the sentence of what went wrong
    ),
    Rule("nothing that is put together puts together", ("bot.chat", "bot.portal"), ("bot.app", "bot.cli")),
    Rule("what keeps does nothing by itself", (KEEPING,), VERBS),
    Rule("the store holds no key", (STORE, f"{KEEPING}.migrations"), (VAULT,)),
    Rule("the vault writes no row", (VAULT,), (STORE,)),
    Rule("nouns know, and do nothing", ("consultations",), (*VERBS, KEEPING), but=(*VERBS, KEEPING)),
    Rule("time and chance reach a noun as arguments", ("consultations",), CHANCE_AND_TIME, but=(*VERBS, KEEPING)),
)


def test_every_module_imports_only_what_it_may() -> None:
    modules = dict(_tree())
    found = offences(modules)

    assert {"bot.settings", "consultations.answers", f"{STORE}.tables"} <= modules.keys()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("consultations.summary", "import bot.pages", id="a noun imports a door"),
        pytest.param("consultations.listening", "from aiohttp import web", id="a verb imports the web"),
        pytest.param("consultations.messages", "import telegram", id="a noun imports Telegram"),
        pytest.param("consultations.keeping.store.people", "import bot.settings", id="the store imports a door"),
        pytest.param("bot.chat.web.routes", "from bot.portal import session", id="chat imports portal"),
        pytest.param("bot.chat.web.routes", "from bot import portal", id="chat imports portal, the other way"),
        pytest.param("bot.portal.reviews", "import bot.chat.web.visits", id="portal imports chat"),
        pytest.param("bot.portal.reviews", "from ..chat import web", id="portal imports chat, relatively"),
        pytest.param("bot.chat.on_terminal", "import telegram.ext", id="the terminal knows Telegram"),
        pytest.param("consultations.reading", "import sqlmodel", id="a verb writes SQL"),
        pytest.param("bot.portal.reviews", "from sqlalchemy import text", id="a door writes SQL"),
        pytest.param("bot.chat.web.visits", "from cryptography.fernet import Fernet", id="a door seals"),
        pytest.param("consultations.keeping.store.sendings", "import cryptography", id="the store seals"),
        pytest.param("consultations.sealing", "import shamir_mnemonic", id="a verb splits a key"),
        pytest.param("bot.cli.reviews", f"from {STORE} import reviews", id="a door reaches into the store"),
        pytest.param("bot.portal.reviews", f"import {VAULT}.readers", id="a door reaches into the vault"),
        pytest.param("bot.portal.reviews", "from consultations import keeping", id="a door reaches into keeping"),
        pytest.param("bot.chat.web.routes", "import bot.app", id="a door puts things together"),
        pytest.param(f"{STORE}.threads", f"from {VAULT} import drafts", id="the store holds keys"),
        pytest.param(f"{VAULT}.drafts", f"from {STORE} import threads", id="the vault writes rows"),
        pytest.param(f"{STORE}.threads", "from consultations import listening", id="keeping imports a verb"),
        pytest.param("consultations.conversation.turn", "from consultations import sealing", id="a noun does"),
        pytest.param("consultations.summary", f"from {STORE} import tables", id="a noun keeps"),
        pytest.param("consultations.rendering.page", "import structlog", id="a noun writes a log"),
        pytest.param("consultations.rendering.pdf", "import weasyprint", id="a noun takes a new library"),
        pytest.param("consultations.pin", "import secrets", id="a noun throws dice"),
        pytest.param("consultations.pin", "from os import urandom", id="a noun throws dice, the other way"),
        pytest.param("consultations.timescales", "from datetime import date\nd = date.today()", id="a noun asks a day"),
        pytest.param("consultations.timescales", "import datetime as dt\ndt.datetime.now()", id="a noun asks the time"),
        pytest.param("bot.cli.run", "import os\nos.environ['FOREWORD_LOG']", id="a door reads settings"),
        pytest.param("bot.cli.run", "from os import environ", id="the other way"),
        pytest.param("bot.cli.run", "import os as o\no.getenv('HOME')", id="in disguise"),
        pytest.param("consultations.listening", "def late():\n    import bot.app", id="an import inside a function"),
        pytest.param("consultations.listening", "import importlib as i\ni.import_module('bot.app')", id="by name"),
        pytest.param("consultations.listening", "__import__('bot.app')", id="by name, underhand"),
    ],
)
def test_an_offender_is_caught(module: str, source: str) -> None:
    caught = offences({module: ast.parse(source)})

    assert caught
    assert all(each.startswith(module) for each in caught)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("bot.app", f"import telegram, bot.portal, bot.chat.web\nfrom {VAULT} import keys", id="bot.app"),
        pytest.param("bot.settings", "import os\nos.environ", id="settings read the environment"),
        pytest.param("bot.portal.reviews", "from aiohttp import web\nfrom consultations import reading", id="a door"),
        pytest.param("bot.cli.run", f"from {STORE}.problems import StoreProblem", id="a door says what went wrong"),
        pytest.param("consultations.listening", f"from {STORE} import threads\nimport asyncio", id="a verb"),
        pytest.param("consultations.rendering.pdf", "import typst\nfrom consultations import summary", id="a noun"),
        pytest.param(f"{STORE}.threads", "import sqlalchemy\nfrom consultations import answers", id="the store"),
        pytest.param(f"{VAULT}.sendings", "import secrets\nfrom cryptography import x509", id="the vault"),
        pytest.param("consultations.readings", "import json", id="a noun whose name begins like a verb's"),
    ],
)
def test_who_keeps_the_rules_is_left_alone(module: str, source: str) -> None:
    assert offences({module: ast.parse(source)}) == []


def offences(modules: Mapping[str, ast.Module]) -> list[str]:
    """What breaks a rule, one sentence each: where, what, and the promise it breaks."""
    found = []
    for module, tree in modules.items():
        for line, name in _imports(module, tree):
            broken = [rule.promise for rule in RULES if _breaks(rule, module, name)]
            if _is_noun(module) and not _noun_may_import(name):
                broken.append("nouns import the standard library, each other, and few libraries")
            found += [f"{module}:{line} imports {name}: {promise}" for promise in broken]
        if module != "bot.settings":
            found += [f"{module}:{line} reads the environment: only settings do" for line in _environment(tree)]
        if _is_noun(module):
            found += [f"{module}:{line} asks a clock or a die: nouns are told" for line in _clocks(tree)]
    return found


def _breaks(rule: Rule, module: str, name: str) -> bool:
    concerned = _under(module, rule.who) and not _under(module, rule.but)
    return concerned and _under(name, rule.never) and not _under(name, rule.save)


def _under(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def _is_noun(module: str) -> bool:
    return _under(module, ("consultations",)) and not _under(module, (*VERBS, KEEPING))


def _noun_may_import(name: str) -> bool:
    top = name.partition(".")[0]
    return top in NOUNS_MAY_IMPORT or top in sys.stdlib_module_names


def _imports(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name imported, wherever the import stands: `from a import b` as a.b, whether or not b is a module."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, each.name) for each in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                base = _absolute(module, source, level)
                yield from ((node.lineno, f"{base}.{each.name}") for each in names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def _absolute(module: str, source: str | None, level: int) -> str:
    if level == 0:
        return source or ""
    return ".".join([*module.split(".")[:-level], *([source] if source else [])])


def _environment(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="environ" | "environb" | "getenv"):
                yield node.lineno
            case ast.ImportFrom(module="os", names=names):
                yield from (node.lineno for each in names if each.name in {"environ", "environb", "getenv"})


def _clocks(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                value=ast.Name(id=of) | ast.Attribute(attr=of), attr="now" | "today" | "utcnow" | "urandom"
            ) if of in {"date", "datetime", "os"}:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names):
                yield from (node.lineno for each in names if each.name == "urandom")


def _tree() -> Iterator[tuple[str, ast.Module]]:
    for package in EVERYONE:
        for file in sorted((ROOT / package).rglob("*.py")):
            dotted = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield dotted, ast.parse(file.read_text(), filename=str(file))
