"""What sends."""

from __future__ import annotations

from dataclasses import dataclass, field

from .places import BASES, Place, holes_of
from .writer import Writer

# ``>`` is a ``with`` around it all, ``?`` a parameter with what it is given; <s> are arguments of a client, perhaps
# with the headers, <sign> gives a session the headers.
FUNCTIONS = (
    "!import <lib>\n=> <lib>.post",
    "!import <lib> as <short>\n=> <short>.post",
    "!from <lib> import post as <lib>_post\n=> <lib>_post",
    "!from requests import post\n=> post",
    "!from requests import Session, post as send\n=> send",
    "!import <lib>\n=> <lib>.request",
    "!import <lib>\n@def <lib>_do_post(url, **more):\n@    return <lib>.post(url, **more)\n=> <lib>_do_post",
)
SESSIONS = (
    "!import requests\n<c> = requests.Session()\n=> <c>",
    "!import requests\n> with requests.Session() as <c>:\n=> <c>",
    "!import requests\n@SESSION = requests.Session()\n=> SESSION",
    "!import requests\n@SIGNED = requests.Session()\n@SIGNED.headers.update(<headers>)\n=> SIGNED",
    "!import requests\n<c> = requests.Session()\n<c>.headers.update(<headers>)\n=> <c>",
    "!from requests import Session\n<c> = Session()\n=> <c>",
    "!import requests\n? <c>=requests.Session()\n=> <c>",
    "!import requests\n? <c>: requests.Session=requests.Session()\n=> <c>",
)
METHOD_FUNCTIONS = (
    "!import <lib>\n$def _<lib>_post(self, url, **more):\n$    return <lib>.post(url, **more)\n=> self._<lib>_post",
)
METHOD_SESSIONS = (
    "!import requests\n&self.session = requests.Session()\n=> self.session",
    "!import requests\n&self._signed = requests.Session()\n&self._signed.headers.update(<headers>)\n=> self._signed",
    "!import requests\n&self.session_or = session or requests.Session()\n=> self.session_or",
)
CLIENTS = (
    "!import httpx\n<c> = httpx.<Client>(«¦timeout=30»)\n=> <c>",
    "!import httpx\n> <async>with httpx.<Client>(«¦timeout=30») as <c>:\n=> <c>",
    "!import httpx\n@<CLIENT> = httpx.<Client>(«¦timeout=30»)\n=> <CLIENT>",
    "!import httpx\n@SIGNED_<CLIENT> = httpx.<Client>(headers=<headers>)\n=> SIGNED_<CLIENT>",
    "!import httpx\n> <async>with httpx.<Client>(headers=<headers>) as <c>:\n=> <c>",
    "!import httpx\n> <async>with httpx.<Client>(base_url=<base>«¦, timeout=30») as <c>:\n=> <c>",
    "!import httpx\n> <async>with httpx.<Client>(base_url=<base>, headers=<headers>) as <c>:\n=> <c>",
    "!from httpx import <Client>\n> <async>with <Client>() as <c>:\n=> <c>",
    "!import httpx\n? <c>=httpx.<Client>()\n=> <c>",
    "!import httpx\n? <c>: httpx.<Client>=httpx.<Client>()\n=> <c>",
)
METHOD_CLIENTS = (
    "!import httpx\n&self.<client> = httpx.<Client>(«¦timeout=30»)\n=> self.<client>",
    "!import httpx\n&self._signed_<client> = httpx.<Client>(headers=<headers>)\n=> self._signed_<client>",
)


@dataclass
class Sender:
    """What sends.

    Attributes:
        library: ``requests`` or ``httpx``.
        callee: A function, or what has one.
        before: Lines before the call.
        opens: A ``with`` statement around the call, "" for none.
        parameter: A parameter that it comes by, and what that is given.
        base: Base and path in place of a URL.
        signs: Whether it has the headers.
        awaits: Whether it is awaited.
    """

    library: str
    callee: str = ""
    before: list[str] = field(default_factory=list)
    opens: str = ""
    parameter: tuple[str, str] = ("", "")
    base: tuple[str, str] = ("", "")
    signs: bool = False
    awaits: bool = False


def sender_of(w: Writer, place: Place, *, is_async: bool) -> Sender:
    """Choose what sends."""
    library = "httpx" if is_async else w.choose("requests", "httpx")
    sender = Sender(library, awaits=is_async)
    in_class = place.kind == "method"
    if library == "requests":
        templates = (
            *FUNCTIONS,
            *SESSIONS,
            *((METHOD_SESSIONS + METHOD_FUNCTIONS) * 2 if in_class else ()),
        )
    else:
        functions = () if is_async else [each for each in FUNCTIONS if "requests" not in each]
        templates = (*functions, *CLIENTS, *(METHOD_CLIENTS * 3 if in_class else ()))
    if place.kind == "script":
        templates = tuple(each for each in templates if "\n?" not in each)
    odd = [each for each in templates if "\n?" in each or "def " in each or " or " in each]
    plain = [each for each in templates if each not in odd]
    template = w.template(f"{'async ' if is_async else ''}sender", plain, odd)
    kind = "AsyncClient" if is_async else "Client"
    base, _, path = w.choose(*BASES).partition("\n")
    holes = {
        **holes_of(w, place),
        "lib": library,
        "short": library[:2],
        "async": "async " if is_async else "",
        "Client": kind,
        "client": kind.lower(),
        "CLIENT": kind.upper(),
        "c": w.choose("session", "s", "http")
        if library == "requests"
        else w.choose("client", "http", "c"),
        "base": lambda: w.text(f"f~{base}~", **holes_of(w, place)),
    }
    sender.signs = "<headers>" in template
    if "<base>" in template:
        sender.base = (
            base,
            w.text(
                ("f" if "<name>" in path and not place.is_fixed else "") + f"~{path}~",
                **holes_of(w, place),
            ),
        )
    lines, sender.callee = w.write(template, **holes)
    w.senders.append(sender.callee if "def " in template else f"{len(w.senders)}")
    for line in "\n".join(lines).split("\n") if lines else []:
        if line.startswith("> "):
            sender.opens = line[2:]
        elif line.startswith("? "):
            parameter, _, given = line[2:].rpartition("=")
            # The one that is imported may be the adapter's later on.
            sender.parameter = (parameter, f"__import__({library!r}).{given.partition('.')[2]}")
        elif sender.opens and not sender.opens.rstrip().endswith(":"):
            sender.opens += "\n" + line
        else:
            sender.before.append(line)
    return sender
