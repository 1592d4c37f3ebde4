"""Hypothesis strategies for programs of several modules that call the legacy API.

A program has a configuration, something that sends, and those who use it: functions or classes, in
one file or in several, which import each other in all the ways that there are. ``main.py`` asks
and prints what came of it. The forms stand in `tree_forms`; `programs` says how they are read, what
is asked and how an answer is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from programs import (
    ACCOUNT,
    ACCOUNTS,
    ANSWERS,
    BEARER,
    QUERIES,
    TOKEN,
    Place,
    Writer,
    asked_of,
    payload_of,
    read_of,
    rows_of,
    stream_of,
)
from tree_files import File
from tree_forms import (
    ASYNC_USES,
    CONFIGS,
    DECORATORS,
    LIBRARIES,
    NEIGHBOURS,
    ODD_DECORATORS,
    ODD_UNWRAPS,
    ODD_USES,
    SET_CONFIGS,
    STREAMS,
    STREAMS_HTTPX,
    UNWRAPS,
    USES,
    WHOLE_URLS,
    Library,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Tree", "trees"]

_CHOICE = re.compile("«([^«»]*)»")
_LEAVE = re.compile(r"\bleave (.*)$", re.MULTILINE)
_LAYOUTS = (
    {"config": "main", "client": "main", "service": "main"},
    {"config": "client", "client": "client", "service": "main"},
    {"config": "config", "client": "client", "service": "main"},
    {"config": "config", "client": "client", "service": "service"},
    {"config": "client", "client": "client", "service": "service"},
)

_ROW = '{"file_id": "1", "filename": "a/b.md", "score": 0.9, "attributes": {"folder": "a/", "filename": "b.md", "modified_date": 1, "timestamp": 1, "file": {}}, "content": [{"id": "1", "type": "text", "text": "llama"}]}'
_RESULT = f'{{"search_query": query, "response": "fake", "data": [{_ROW}], "has_more": False}}'
FAKES = {
    "envelope": f'{{"success": True, "result": {_RESULT}}}',
    "result": _RESULT,
    "rows": f"[{_ROW}]",
    "generator": f"iter([{_ROW}])",
    "pair": f"([{_ROW}], 1)",
}
"""What a program gives in place of an answer."""


@dataclass(frozen=True)
class Tree:
    """A program.

    Attributes:
        files: Texts by path; ``main.py`` is what runs.
        sites: How many expressions send.
        labels: The choices that it was made of.
    """

    files: dict[str, str]
    sites: int
    labels: tuple[str, ...]

    def __repr__(self) -> str:
        bar = "-" * 80
        parts = [f"{bar}\n{path}\n{bar}\n{text}" for path, text in self.files.items()]
        return "\n" + "\n".join(self.labels) + "\n" + "\n".join(parts)


@dataclass
class Asking:
    """What a module offers: how it is called and what it gives."""

    endpoint: str
    name: str
    gives: str
    owner: str = ""
    made: str = ""
    given: list[tuple[str, str]] = field(default_factory=list)


class Builder:
    """Writes one program."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.labels: list[str] = []
        self.w = self._writer()
        self.layout = self.w.choose(*_LAYOUTS)
        self.package = self.w.choose("", "", "office") if len(set(self.layout.values())) > 1 else ""
        self.files = {name: File(name, self._writer()) for name in [*self.layout.values(), "main"]}
        self.library: Library = self.w.choose(*LIBRARIES, *LIBRARIES[:3])
        self.labels += [f"library: {self.library.name}", f"layout: {self.layout} {self.package}"]
        self.sites = 0

    def _writer(self) -> Writer:
        return Writer(self.draw, labels=self.labels)

    def file(self, part: str) -> File:
        return self.files[self.layout[part]]

    @property
    def a(self) -> str:
        return "async " if self.library.is_async else ""

    @property
    def wait(self) -> str:
        return "await " if self.library.is_async else ""

    def write(self, part: str, template: str, **holes: Any) -> tuple[list[str], str]:
        """Fill in a template in the file of a part."""
        w = self.file(part).w
        while found := _CHOICE.search(template):
            chosen = w.choose(*found[1].split("¦"))
            template = template[: found.start()] + chosen + template[found.end() :]
        return w.write(template, **{"async": self.a, "w": self.wait, "ok": "ok", **holes})

    # The configuration

    def configure(self) -> None:
        """Say where the instance is, and who asks."""
        w = self.file("config").w
        w.write(w.choose(*ACCOUNTS))
        w.write(TOKEN)
        self.write(
            "config",
            f"@HEADERS = {{~Authorization~: {BEARER}, ~Content-Type~: ~application/json~}}",
        )
        host = self.library.host
        holes = {"rags": f"{host}/accounts/{{ACCOUNT_ID}}/autorag/rags", "host": host}
        self.whole = ""
        self.base = ""
        is_set = w.maybe(6)
        template = w.template("config", *([SET_CONFIGS] if is_set else [CONFIGS, WHOLE_URLS]))
        self.more = {}
        if is_set:
            slash = "/" if "rstrip" in template and w.maybe(2) else ""
            url = f"{host}/accounts/{ACCOUNT}/autorag/rags/docs{slash}"
            self.more[".env"] = w.choose(f"KB_URL={url}\n", f"A=1\nexport KB_URL='{url}'\n")
        shown = w.choose("<arg>", "<arg>") if template in WHOLE_URLS else ""
        holes |= {"account": "ACCOUNT_ID", "arg": shown, "end": "<end>"}
        value = self.write("config", template, **holes)[1]
        if template in WHOLE_URLS:
            self.whole = value
        else:
            self.base = value

    def url(self, base: str, endpoint: str) -> str:
        """An expression for the URL; the endpoint is an expression."""
        w = self.w
        if self.whole:
            return self.whole.replace("<arg>", endpoint)
        literal = endpoint[1:-1] if endpoint[0] in "\"'" else ""
        end = literal or f"{{{endpoint}}}"
        if base.isidentifier() or base.replace(".", "").replace("§", "").isidentifier():
            forms = [
                f'f"{{{base}}}/{end}"',
                f'{base} + f"/{end}"',
                f'"{{}}/{{}}".format({base}, {endpoint})',
            ]
            return w.choose(*forms)
        return w.choose(f"({base})" + f' + f"/{end}"', f'"%s/%s" % ({base}, {endpoint})')

    # What sends

    def client(self) -> list[Asking]:
        """Write what sends, and tell what it offers."""
        w = self.file("client").w
        endpoints = ["search"] if w.maybe() else [w.choose("search", "ai-search")]
        if w.maybe(3):
            endpoints = ["search", "ai-search"]
        in_class = w.maybe(2) and not self.whole
        helper = w.choose("", "_post", "post", "_call")
        self.labels.append(f"client: {'class' if in_class else 'functions'}, helper {helper!r}")
        if in_class:
            return self._class(endpoints, helper)
        base = self.base
        found = []
        body = self.file("client").body
        if helper:
            body.append(self._helper(helper, base, in_class=False))
        for endpoint in endpoints:
            text, asking = self._asking(endpoint, base, helper, in_class=False)
            body.append(text)
            asking.owner = f"§{asking.name}"
            found.append(asking)
        if helper and w.maybe(4):
            body.append(self._neighbour(helper))
        return found

    def _neighbour(self, helper: str) -> str:
        second, star = self.helper_form
        given = {"": "<p>", "*, ": f"{second}=<p>", "**": "**<p>"}[star]
        template = self.file("client").w.template("neighbour", NEIGHBOURS)
        fills = {
            "given": given.replace("<p>", '{"prompt": "llamas"}'),
            "any": given.replace("<p>", "payload"),
        }
        return "\n".join(self.write("client", template, f=helper, **fills)[0])

    def _sending(self, url: str, payload: str, *, in_class: bool) -> tuple[list[str], str, bool]:
        """Lines that send, the envelope, and whether there is a response by that name."""
        library = self.library
        self.sites += 1
        templates = (*library.sends, *(library.in_class * 3 if in_class else ()))
        w = self.file("client").w
        template = w.template("send", templates)
        holes = {
            "url": url,
            "payload": payload,
            "headers": "§HEADERS",
            "ok": "ok" if library.name == "requests" else "is_success",
        }
        lines, value = self.write("client", template, **holes)
        return lines, value, library.response and "response" in template

    def _helper(self, name: str, base: str, *, in_class: bool) -> str:
        w = self.file("client").w
        first = w.choose("endpoint", "path")
        second, star = w.choose(("payload", ""), ("body", ""), ("fields", "**"), ("data", "*, "))
        self.helper_form = (second, star)
        lines, value, _ = self._sending(self.url(base, first), second, in_class=in_class)
        if w.maybe(5):
            lines.append(f"print({w.q('asked')}, {first})")
        star_first = "*, " if star == "*, " else ""
        shown = f"{star_first}{'**' if star == '**' else ''}{second}"
        head = f"{self.a}def {name}({'self, ' * in_class}{first}, {shown}):"
        text = "\n".join([head, *_indented([*lines, f"return {value}"])])
        if w.maybe(5) and not in_class:
            odd = ODD_DECORATORS if not self.library.is_async else ()
            line = w.write(w.template("decorator", DECORATORS, odd))[1]
            text = f"{line}\n{text}"
        return _left(text)

    def _asking(
        self, endpoint: str, base: str, helper: str, *, in_class: bool
    ) -> tuple[str, Asking]:
        w = self.file("client").w
        place = Place("function", w.q("docs"), endpoint)
        stream = self.library.name in {"requests", "httpx"} and endpoint == "ai-search"
        if stream and not helper and w.maybe(3):
            return self._streaming(base, place, in_class=in_class)
        asked = asked_of(w, place, stream=False)
        lines, argument = payload_of(w, asked, "requests")
        payload = argument.removeprefix("json=")
        if not argument.startswith("json="):
            lines, payload = [], w.mapping(asked.entries)
        name = {"search": w.choose("search", "find"), "ai-search": w.choose("ask_rag", "generate")}[
            endpoint
        ]
        if helper:
            second, star = self.helper_form
            given = {"": payload, "*, ": f"{second}={payload}", "**": f"**{payload}"}[star]
            target = f"self.{helper}" if in_class else helper
            lines.append(f"reply = {self.wait}{target}({w.q(endpoint)}, {given})")
            value, has_response = "reply", False
        else:
            more, value, has_response = self._sending(
                self.url(base, w.q(endpoint)), payload, in_class=in_class
            )
            lines += more
        kinds = ["envelope", "envelope", "result", "rows", "names", "pair", "object"]
        kinds += ["generator"] if not self.library.is_async else []
        kinds += ["answer", "result"] if endpoint == "ai-search" else []
        kinds += ["response", "response"] if has_response else []
        gives = w.choose(*kinds)
        template = w.template(f"{name} gives {gives}", UNWRAPS[gives], ODD_UNWRAPS.get(gives, ()))
        more, value = self.write("client", template, d=value)
        lines += more
        if value:
            lines.append(f"return {value}")
        parameters = ["self"] * in_class + ["query"]
        parameters += [f"{each}={default}" for each, default, _ in asked.parameters]
        head = f"{self.a}def {name}({', '.join(parameters)}):"
        text = _left("\n".join([head, *_indented(lines)]))
        if gives == "generator":
            text = re.sub(r"return .*$", "return", text, flags=re.MULTILINE)
        given = [(each, other) for each, _, other in asked.parameters]
        return text, Asking(endpoint, name, gives, given=given)

    def _streaming(self, base: str, place: Place, *, in_class: bool) -> tuple[str, Asking]:
        """A function that reads a stream, and what it offers."""
        w = self.file("client").w
        asked = asked_of(w, place, stream=True)
        library = self.library.name
        reads, value = stream_of(w, library, "response", is_async=False)
        self.sites += 1
        lines, _ = self.write(
            "client",
            w.template("stream", STREAMS if library == "requests" else STREAMS_HTTPX),
            url=self.url(base, w.q(place.endpoint)),
            payload=w.mapping(asked.entries),
            headers="§HEADERS",
            read="\n".join(reads),
        )
        lines += [f"return {value}"] if value else []
        parameters = ["self"] * in_class + ["query"]
        parameters += [f"{each}={default}" for each, default, _ in asked.parameters]
        text = _left(_def(f"stream({', '.join(parameters)})", lines))
        return text, Asking(place.endpoint, "stream", "pieces" if not value else "answer")

    def _class(self, endpoints: list[str], helper: str) -> list[Asking]:  # noqa: C901, PLR0912, PLR0915 (one case for each form)
        file = self.file("client")
        w = file.w
        form = w.choose("self", "self", "given", "property", "inherited", "dataclass", "class")
        self.labels.append(f"class: {form}")
        base = {"property": "self.base_url", "class": "self.BASE"}.get(form, "self.base_url")
        methods = [self._helper(helper, base, in_class=True)] if helper else []
        found = []
        for endpoint in endpoints:
            text, asking = self._asking(endpoint, base, helper, in_class=True)
            methods.append(text)
            asking.owner = "handbook"
            found.append(asking)
        setup = list(w.setup.values())
        made, above, fields, bases = "§Handbook()", [], [], ""
        if form in {"self", "inherited"}:
            setup.insert(0, f"self.base_url = {self.base}")
        elif form == "given":
            setup.insert(0, "self.base_url = base_url")
            made = f"§Handbook({self.base})"
        elif form == "property":
            methods.insert(0, f"@property\ndef base_url(self):\n    return {self.base}")
        elif form == "class":
            fields.append(f"BASE = {self.base}")
        elif form == "dataclass":
            w.need("from dataclasses import dataclass")
            above, fields = ["@dataclass"], [f"base_url: str = {self.base}"]
            if setup:
                methods.insert(0, _def("__post_init__(self)", setup))
                setup = []
        if form == "inherited":
            bases = "(Asker)"
            moved = methods[:1] if helper else []
            methods = methods[len(moved) :]
            setup[0] = "self.base_url = base_url"
            parts = [_def("__init__(self, base_url)", setup), *moved]
            file.body.append("class Asker:\n" + "\n\n".join(_indent(each) for each in parts))
            setup = [f"super().__init__({self.base})"]
        if setup:
            head = "self, base_url" if form == "given" else "self"
            methods.insert(0, _def(f"__init__({head})", setup))
        if w.maybe(4) and not self.library.is_async:
            methods.append("def __enter__(self):\n    return self")
            methods.append("def __exit__(self, *exc):\n    return None")
            made = f"with {made}"
        elif w.maybe(4):
            methods.append("async def __aenter__(self):\n    return self")
            methods.append("async def __aexit__(self, *exc):\n    return None")
            made = f"async with {made}" if self.library.is_async else made
        parts = [*fields, *methods]
        text = f"class Handbook{bases}:\n" + "\n\n".join(_indent(each) for each in parts)
        file.body.append("\n".join([*above, text]))
        if "with" not in made and w.maybe(3):
            file.body.append(f"handbook = {made}")
            made = "§handbook"
        for asking in found:
            asking.made = made
        return found

    # Those who use it

    def consume(self, asked: Asking, number: int) -> str:  # noqa: C901 (one case for each form)
        """A function that asks and reads; its name."""
        file = self.file("service")
        w = file.w
        callee, before, opens = asked.owner, [], ""
        if asked.made:
            target = w.choose("module", "here", "sub")
            made = asked.made.removeprefix("async ").removeprefix("with ")
            if made == "§handbook":
                target = "shared"
            if made != asked.made:
                opens = f"{asked.made} as handbook:"
            elif target == "shared":
                pass
            elif target == "module":
                self._once(f"handbook = {made}")
            elif target == "sub" and w.maybe(3):
                self._once(
                    f"class Louder{number}(§Handbook):\n    {self.a}def {asked.name}(self, query):\n"
                    f"        found = {self.wait}super().{asked.name}(query)\n        return found"
                )
                before.append("handbook = " + made.replace("§Handbook", f"Louder{number}"))
            else:
                before.append(f"handbook = {made}")
            callee = f"{'§' * (target == 'shared')}handbook.{asked.name}"
        if w.maybe(10):
            callee = (
                f"getattr({callee.rpartition('.')[0]}, {w.q(asked.name)})"
                if "." in callee
                else callee
            )
        plain = (*USES, *(ASYNC_USES if self.library.is_async else ()))
        odd = [
            each.removeprefix("sync ")
            for each in ODD_USES
            if not (each.startswith("sync ") and self.library.is_async)
        ]
        template = w.template("use", plain, odd) if not w.maybe(3) else w.template("use", odd)
        # What stands at module level cannot see what is local.
        if "\n@" in f"\n{template}" and callee.startswith(("handbook", "getattr(")):
            template = USES[0]
        lines, data = self.write("service", template, f=callee)
        more, value = self.read(asked, data)
        lines += [*more, f"return {value}"]
        if opens:
            lines = [opens, *_indented(lines)]
        if asked.made and asked.made != "§handbook" and w.maybe(8):
            fake = f"{self.a}def fake(self, query, **more):\n    return {FAKES.get(asked.gives, 'None')}"
            before = [
                fake,
                f"original = §Handbook.{asked.name}",
                f"§Handbook.{asked.name} = fake",
                *before,
            ]
            lines = [
                "try:",
                *_indented(lines),
                "finally:",
                f"    §Handbook.{asked.name} = original",
            ]
        name = f"show_{number}"
        file.body.append(_left(_def(f"{name}(query)", [*before, *lines], self.a)))
        return name

    def _once(self, text: str) -> None:
        body = self.file("service").body
        if text not in body:
            body.append(text)

    def read(self, asked: Asking, data: str) -> tuple[list[str], str]:
        """Lines that read what was given, and what comes of it."""
        w = self.file("service").w
        place = Place("function", w.q("docs"), asked.endpoint)
        lines: list[str] = []
        key = "response" if asked.endpoint == "ai-search" else "data"
        match asked.gives:
            case "envelope" | "response":
                root = f"{data}.json()" if asked.gives == "response" else data
                more, value = read_of(w, place, {"root": root, "key": key})
                return more, value
            case "result" if asked.endpoint == "ai-search" and w.maybe(2):
                return w.write(w.template("answer", ANSWERS), result=data)
            case "result":
                rows = f"{data}{w.choose(w.text('[~data~]'), w.text('.get(~data~, [])'))}"
            case "rows":
                rows = data
            case "pieces":
                return lines, w.choose(
                    f"list({data})", f"''.join({data})", f"[each for each in {data}]"
                )
            case "generator":
                rows = f"list({data})" if w.maybe(2) else "rows"
                lines = [f"rows = [each for each in {data}]"] if rows == "rows" else []
            case "pair":
                lines, rows = [f"rows, extra = {data}"], "rows"
            case "object":
                lines, rows = [f"held = {data}"], "held.rows"
            case _:
                return [], w.choose(data, f"len({data})", f"sorted({data})[:3]")
        more, value = rows_of(w, rows)
        return [*lines, *more], value

    # The whole

    def build(self) -> Tree:
        self.configure()
        asked = self.client()
        shows = [self.consume(each, number) for number, each in enumerate(asked)]
        if self.w.maybe(4):
            shows.append(self.consume(asked[0], len(asked)))
        self._drive(shows, asked)
        files = {}
        for file in self.files.values():
            path = f"{file.name}.py"
            if self.package and file.name != "main":
                path = f"{self.package}/{path}"
            files[path] = self._text(file)
        if self.package:
            files[f"{self.package}/__init__.py"] = ""
        files |= self.more
        return Tree(files, self.sites, tuple(self.labels))

    def _drive(self, shows: list[str], asked: list[Asking]) -> None:
        main = self.files["main"]
        main.w.need("import json")
        queries = (
            list(QUERIES[:2]) if any(f.w.refused for f in self.files.values()) else list(QUERIES)
        )
        lines = []
        for show in shows:
            call = f"{self.wait}{self._name(main, show)}(query)"
            lines += [
                f"for query in {queries!r}:",
                "    try:",
                f"        print(json.dumps({call}, default=repr))",
                "    except Exception as error:",
                "        print(type(error).__name__)",
            ]
        if self.library.is_async:
            main.w.need("import asyncio")
            lines = [_def("main()", lines, "async "), "", "", "asyncio.run(main())"]
        elif main.w.maybe(2):
            lines = [_def("main()", lines), "", "", 'if __name__ == "__main__":\n    main()']
        main.body.append("\n".join(lines))

    def _name(self, file: File, name: str) -> str:
        return name if self.file("service") is file else f"§{name}"

    def _text(self, file: File) -> str:
        """A file with its imports; what is marked is written as it imports it."""
        return file.imported(self.files.values(), self.package)


def _def(head: str, lines: list[str], prefix: str = "") -> str:
    return "\n".join([f"{prefix}def {head}:", *_indented(lines or ["pass"])])


def _indented(lines: list[str]) -> list[str]:
    return [_indent(each) for each in "\n".join(lines).split("\n")]


def _indent(text: str) -> str:
    return "\n".join("    " + line if line else line for line in text.split("\n"))


def _left(text: str) -> str:
    return _LEAVE.sub(r"return \1", text)


def tree(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Tree:
    """A legacy program of one file or several."""
    return Builder(draw).build()


trees = st.composite(tree)
