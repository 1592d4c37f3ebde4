"""Functions and modules around a call, and whole programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from .answer_forms import CHECKS, ODD_ROOTS, ROOTS
from .answers import fetching_of, parts_of_reading, read_of, reading_of
from .asked import Asked, asked_of, payload_of
from .places import Place, headers_of, url_of
from .senders import Sender, sender_of
from .streams import stream_of
from .writer import QUERIES, Call, Program, Writer, indented

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Function:
    """Lines that ask, and the arguments that they are called with."""

    name: str
    lines: list[str]
    calls: list[tuple[str, ...]]
    generates: bool = False


def function_of(w: Writer, name: str, place: Place, *, is_async: bool) -> Function:
    """A function with one site, or the lines of a script."""
    script = place.kind == "script"
    stream = not script and place.endpoint == "ai-search" and w.maybe(5)
    w.labels.append(
        f"{name}: {place.kind}{', async' if is_async else ''}, {place.endpoint}{', stream' if stream else ''}"
    )
    sender = sender_of(w, place, is_async=is_async)
    asked = asked_of(w, place, stream=stream)
    w.whole = bool(sender.parameter[0])
    lines, payload = payload_of(w, asked, sender.library)
    more, url = ([], sender.base[1]) if sender.base[0] else url_of(w, place)
    lines = [*lines, *more] if w.maybe(2) else [*more, *lines]
    given = [payload]
    if not sender.signs:
        headers = headers_of(w)
        if w.maybe():
            lines.append(f"headers = {headers}")
            headers = "headers"
        given.insert(w.choose(0, 1), f"headers={headers}")
    if w.maybe():
        given.append("timeout=10")
    lines += sender.before
    response = w.choose("response", "r", "resp")
    layered = not script and not stream and w.maybe(10)
    reads, value = _sent(w, sender, place, response, url, given, stream=stream, layered=layered)
    lines += reads
    generates = stream and value == ""
    leave = "raise SystemExit" if script else "return"
    if value:
        show = (
            "print(<value>)"
            if script
            else "return <value>"
            if layered
            else w.choose("return <value>", "print(<value>)", "outcome = <value>\nreturn outcome")
        )
        mark = "\0" if layered else ""
        lines += [mark + each for each in show.replace("<value>", value).split("\n")]
    lines = _closed(lines, sender, inside=w.maybe(2))
    text = "\n".join(lines)
    text = re.sub(
        r"\bleave (.*)$",
        lambda m: f"{leave}({m[1]})" if script else f"{leave} {m[1]}",
        text,
        flags=re.MULTILINE,
    )
    if not script and not generates and not layered and w.maybe(6):
        error = w.choose(
            "Exception",
            "KeyError",
            "requests.RequestException" if sender.library == "requests" else "httpx.HTTPError",
        )
        if "." in error:
            w.need(f"import {sender.library}")
        handler = w.choose(f"return {w.q('failed')}", "pass", "return None")
        text = f"try:\n{indented(text)}\nexcept {error}{w.choose('', ' as error')}:\n    {handler}"
    if script:
        return Function(name, text.split("\n"), [])
    if layered:
        inner = _defined(w, f"_fetch_{name}", place, asked, sender, text, is_async=is_async)
        outer = _layer(w, place, sender, inner, fetches="json()" in value)
        function = _defined(w, name, place, asked, sender, outer, is_async=is_async)
        function.lines = [*inner.lines, "", *function.lines]
        return function
    return _defined(w, name, place, asked, sender, text, is_async=is_async, generates=generates)


def _layer(w: Writer, place: Place, sender: Sender, inner: Function, *, fetches: bool) -> str:
    """The body of a function that reads what another one fetches."""
    head = inner.lines[0]
    names = [
        re.split("[:=]", each)[0]
        for each in head[head.index("(") + 1 : head.rindex(")")].split(", ")
    ]
    target = f"self.{inner.name}" if names[0] == "self" else inner.name
    call = f"{target}({', '.join(each for each in names if each != 'self')})"
    call = f"await {call}" if head.startswith("async") else call
    holes = parts_of_reading(w, place, sender.library, "reply", call)
    lines = [f"reply = {call}"]
    if fetches:
        holes["root"] = "reply"
    else:
        lines += w.write(w.template("check", CHECKS), **holes)[0]
        more, holes["root"] = w.write(w.template("root", ROOTS, ODD_ROOTS), **holes)
        lines += more
    more, value = read_of(w, place, holes)
    text = "\n".join([*lines, *more, f"return {value}"])
    return re.sub(r"\bleave (.*)$", r"return \1", text, flags=re.MULTILINE)


def _sent(
    w: Writer,
    sender: Sender,
    place: Place,
    response: str,
    url: str,
    given: list[str],
    *,
    stream: bool,
    layered: bool,
) -> tuple[list[str], str]:
    """The call and what reads its answer; what the ``with`` must hold is marked."""
    callee, first, opens = _called(w, sender, stream=stream)
    if stream and sender.library == "requests":
        given = [*given, "stream=True"] if w.maybe(2) else given
        opens = w.choose("", "with")
    given = [*first, url if first or not w.maybe(8) else f"url={url}", *given]
    if w.maybe(2) or any("\n" in each for each in given):
        shown = ",\n".join(given) + w.choose(",", "")
        call = f"{callee}(\n{indented(shown)}\n)"
    else:
        call = f"{callee}({', '.join(given)})"
    waited = f"await {call}" if sender.awaits and not opens else call
    assigned = f"\0{response} = {waited}"
    if not stream:
        reading = fetching_of if layered else reading_of
        return reading(w, place, sender.library, response, waited)
    reads, value = stream_of(w, sender.library, response, is_async=sender.awaits and bool(opens))
    if w.maybe():
        reads = [f"{response}.raise_for_status()", *reads]
    if not opens:
        return [assigned, *("\0" + each for each in reads)], value
    block = "\n".join([f"{opens} {call} as {response}:", indented("\n".join(reads))])
    return ["\0" + block], value


def _called(w: Writer, sender: Sender, *, stream: bool) -> tuple[str, list[str], str]:
    """What is called, its first arguments and the ``with`` around it."""
    callee, method = sender.callee, [w.q("POST")]
    if callee.endswith((".request", "post", "send")):
        if stream and callee == "httpx.post":
            return "httpx.stream", method, "with"
        return callee, method if callee.endswith(".request") else [], ""
    if stream and sender.library == "httpx":
        return f"{callee}.stream", method, "async with" if sender.awaits else "with"
    if w.maybe(8):
        return f"{callee}.request", method, ""
    return f"{callee}.post", [], ""


def _closed(lines: list[str], sender: Sender, *, inside: bool) -> list[str]:
    """Put what is marked into the ``with``, and perhaps all the rest."""
    marks = [number for number, line in enumerate(lines) if line.startswith("\0")]
    plain = [line.removeprefix("\0") for line in lines]
    if not sender.opens:
        return plain
    start, end = marks[0], len(lines) if inside else marks[-1] + 1
    block = indented("\n".join(plain[start:end]))
    return [*plain[:start], sender.opens, block, *plain[end:]]


def _defined(
    w: Writer,
    name: str,
    place: Place,
    asked: Asked,
    sender: Sender,
    text: str,
    *,
    is_async: bool,
    generates: bool = False,
) -> Function:
    hint = w.choose("", "", "", ": str")
    parameters = ["self"] * (place.kind == "method") + [f"query{hint}"]
    extra: list[str] = []
    if sender.parameter[0]:
        parameters.append(sender.parameter[0])
        extra.append(sender.parameter[1])
    if place.rag == "rag":
        parameters.append(f"rag={w.q('docs')}")
    parameters += [f"{parameter}={default}" for parameter, default, _ in asked.parameters]
    remark = w.choose("", '"""Ask the handbook."""\n', "# Ask the handbook.\n")
    head = f"{'async ' if is_async else ''}def {name}({', '.join(parameters)}):"
    # Which of two faults is named first is nobody's promise.
    calls = [(repr(query), *extra) for query in (QUERIES[:2] if w.refused else QUERIES)]
    if place.rag == "rag" and not w.refused:
        calls.append((repr(QUERIES[0]), *extra, "rag='missing'"))
    calls += [
        (repr(QUERIES[0]), *extra, f"{parameter}={other}")
        for parameter, _, other in asked.parameters
    ]
    return Function(name, [head, *indented(remark + text).split("\n")], calls, generates)


NOISE = (
    "",
    "!import logging\n@log = logging.getLogger(__name__)",
    "@def unrelated(item):\n@    return item.get(~result~, {}).get(~data~, [])",
    "!import requests\n@def webhook(url, text):\n@    return requests.post(url, json={~query~: text, ~max_num_results~: 3}).json()[~result~][~response~]",
    "@class Unused:\n@    data = {~query~: ~x~, ~filters~: None}",
    "@AUTORAG = ~autorag~",
)
REMARKS = (
    "",
    "# AutoRAG: see https://developers.cloudflare.com/autorag/ for the fields of the payload",
    "# autorag/…/search takes at most 50 results",
)


def program(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Program:
    """A legacy program."""
    w = Writer(draw)
    w.quote = w.choose('"', "'")
    w.layout = w.choose("line", "block", "bare", "loose")
    kind = w.choose("function", "method", "nested", "script")
    endpoints = [w.choose("search", "ai-search")]
    if kind in {"function", "method"} and w.maybe(4):
        endpoints.append(w.choose("search", "ai-search"))
    w.write(w.choose(*NOISE))
    body, calls = {"script": _script, "method": _class}.get(kind, _functions)(w, kind, endpoints)
    return Program(_assembled(w, body), tuple(calls), len(set(w.senders)), tuple(w.labels))


programs = st.composite(program)


def _script(w: Writer, kind: str, endpoints: list[str]) -> tuple[str, list[Call]]:
    text = "\n".join(
        function_of(w, "script", Place(kind, w.q("docs"), endpoints[0]), is_async=False).lines
    )
    if w.maybe():
        text = f"for query in {list(QUERIES[:2])!r}:\n{indented(text)}"
    else:
        text = f"query = {w.choose(*QUERIES[:2])!r}\n{text}"
    if w.maybe():
        text = f"if __name__ == {w.q('__main__')}:\n{indented(text)}"
    return text, []


def _named(endpoints: list[str]) -> list[tuple[str, str]]:
    names = {"search": "search", "ai-search": "answer"}
    return [
        (names[each] + ("_again" if number else ""), each) for number, each in enumerate(endpoints)
    ]


def _functions(w: Writer, kind: str, endpoints: list[str]) -> tuple[str, list[Call]]:
    text, calls = [], []
    for name, endpoint in _named(endpoints):
        place = Place(kind, w.choose(w.q("docs"), "rag"), endpoint)
        function = function_of(w, name, place, is_async=w.maybe())
        lines = "\n".join(function.lines)
        if kind == "nested":
            lines = f"def make():\n{indented(lines)}\n\n    return {name}"
        text.append(lines)
        calls += [Call("make()" if kind == "nested" else name, given) for given in function.calls]
        if (
            kind == "function"
            and w.maybe(4)
            and lines.startswith("def")
            and len(function.calls[0]) == 1
            and not function.generates
        ):
            text.append(f"if __name__ == {w.q('__main__')}:\n    print({name}({w.q('coffee')}))")
    return "\n\n\n".join(text), calls


def _class(w: Writer, kind: str, endpoints: list[str]) -> tuple[str, list[Call]]:
    functions = [
        function_of(
            w, name, Place(kind, w.choose("self.rag", w.q("docs")), endpoint), is_async=w.maybe()
        )
        for name, endpoint in _named(endpoints)
    ]
    parameters = w.choose("self, rag", "self, rag: str") + (
        ", session=None" if any("session or" in each for each in w.setup.values()) else ""
    )
    setup = "\n".join(["self.rag = rag", *w.setup.values()])
    parts = [
        *w.members.values(),
        f"def __init__({parameters}):\n{indented(setup)}",
        *("\n".join(each.lines) for each in functions),
    ]
    text = "class Handbook:\n" + "\n\n".join(indented(each) for each in parts)
    target = "Handbook('docs')"
    if w.maybe(2):
        text += f"\n\n\nhandbook = Handbook({w.q('docs')})"
        target = "handbook"
    calls = [Call(f"{target}.{each.name}", given) for each in functions for given in each.calls]
    if not w.refused:
        calls += [Call(f"Handbook('missing').{each.name}", each.calls[0]) for each in functions]
    return text, calls


def _assembled(w: Writer, body: str) -> str:
    imports = sorted(w.imports) if w.maybe(4) else w.imports
    blocks = []
    for block in w.module.values():
        around = "\n" if block.startswith(("def ", "class ", "@")) else ""
        blocks.append(around + block + around)
    parts = [
        *(['"""Ask our handbook."""\n'] if w.maybe(5) else []),
        *(["from __future__ import annotations\n"] if w.maybe(6) else []),
        "\n".join(imports) + "\n",
        *([remark] if (remark := w.choose(*REMARKS)) else []),
        "\n".join(blocks) + "\n\n",
        body,
    ]
    unit = w.choose("    ", "  ", "\t")
    lines = "\n".join(parts).split("\n")
    bare = [(line.lstrip(" "), (len(line) - len(line.lstrip(" "))) // 4) for line in lines]
    text = "\n".join(unit * depth + line for line, depth in bare) + ("" if w.maybe(12) else "\n")
    return text.replace("\n", "\r\n") if w.maybe(16) else text
