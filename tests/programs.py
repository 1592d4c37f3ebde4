"""Hypothesis strategies for programs that call the legacy API, written as people write them.

A program is put together from independent choices: what sends, how the URL, the payload and the
headers come about, how the answer is read, and where in a module all of it stands. Each is valid
on the legacy API, and shows what it did by what its functions print, return or raise. What is first
among some choices is what a failing example shrinks to.

The forms are templates, read by `Writer.write`:

- ``«a¦b»`` is one of some texts, ``~`` the quote of the module and a backtick the other one;
- ``<name>`` is filled in, each time anew;
- a line beginning with ``!`` is an import, with ``@`` stands at module level, with ``&`` in
  ``__init__``, with ``$`` in the class; each name is bound there once;
- ``=>`` is the expression that it all leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

ACCOUNT = "0123456789abcdef0123456789abcdef"
ROOT = "https://api.cloudflare.com/client/v4/accounts"
RERANKER = "@cf/baai/bge-reranker-base"
MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
QUERIES = ("When do llamas drink coffee?", "zyxwv qqqq", "")
"""Something is found, nothing is found, and a request that is refused."""

_CHOICE = re.compile("«([^«»]*)»")
_HOLE = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Call:
    """How a program is used: what is called, and expressions for the arguments."""

    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A module.

    Attributes:
        text: Its text.
        calls: What to call, in this order.
        sites: How many expressions send.
        labels: The choices that it was made of.
    """

    text: str
    calls: tuple[Call, ...]
    sites: int
    labels: tuple[str, ...]

    def __repr__(self) -> str:
        bar = "-" * 80
        made_of = "\n".join(self.labels)
        return f"\n{bar}\n{made_of}\n{bar}\n{self.text}{bar}\n{self.calls}"


@dataclass
class Writer:
    """Writes one module."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    quote: str = '"'
    layout: str = "line"
    imports: list[str] = field(default_factory=list)
    module: dict[str, str] = field(default_factory=dict)
    setup: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    refused: bool = False
    whole: bool = False
    senders: list[str] = field(default_factory=list)

    def choose(self, *values: T) -> T:
        return self.draw(st.sampled_from(values))

    def maybe(self, one_in: int = 3) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def template(self, kind: str, plain: Sequence[str], odd: Sequence[str] = ()) -> str:
        """One of some templates; what is odd is rarer."""
        chosen = self.choose(*(odd if odd and self.maybe(8) else plain))
        self.labels.append(f"{kind}: {chosen}")
        return chosen

    def text(self, template: str, **holes: str | Callable[[], str]) -> str:
        """Fill in a template that is only a text."""
        while found := _CHOICE.search(template):
            chosen = self.choose(*found[1].split("¦"))
            template = template[: found.start()] + chosen + template[found.end() :]
        template = template.translate({ord("~"): self.quote, ord("`"): self.other})

        def fill(match: re.Match[str]) -> str:
            value = holes[match[1]]
            return value if isinstance(value, str) else value()

        lines = []
        for line in template.split("\n"):
            filled = _HOLE.sub(fill, line)
            indent = line[: len(line) - len(line.lstrip(" "))]
            if filled.strip() or not line.strip():
                lines.append(filled.replace("\n", "\n" + indent))
        return "\n".join(lines)

    def write(self, template: str, **holes: str | Callable[[], str]) -> tuple[list[str], str]:
        """Fill in a template: the lines that are left where it is used, and the expression."""
        lines: list[str] = []
        blocks: list[str] = []
        before, arrow, value = ("\n" + template).rpartition("\n=>")
        # What alternatives lead to may be lines with prefixes.
        body = self.text(before[1:] if arrow else template, **holes)
        for line in body.split("\n") if body else []:
            if not line:
                lines.append(line)
            elif line[0] == "!":
                self.need(line[1:])
            elif line[0] in "@&$":
                if line[1] in " )}]" or (blocks and blocks[-1].startswith(f"{line[0]}@")):
                    blocks[-1] += "\n" + line[1:]
                else:
                    blocks.append(line)
            elif blocks and lines == [] and line[0] in " }])" and _is_open(blocks[-1]):
                blocks[-1] += "\n" + line
            else:
                lines.append(line)
        for block in blocks:
            self._bind(block)
        return lines, self.text(value.strip(), **holes) if arrow else ""

    def _bind(self, block: str) -> None:
        where = {"@": self.module, "&": self.setup, "$": self.members}[block[0]]
        first = block[1:].split("\n")[1 if block[1] == "@" else 0]
        name = re.split(r" = |\(|:", first, maxsplit=1)[0]
        where.setdefault(name, block[1:])

    def need(self, statement: str) -> None:
        if statement not in self.imports:
            self.imports.append(statement)

    @property
    def other(self) -> str:
        return "'" if self.quote == '"' else '"'

    def q(self, text: str) -> str:
        """A string literal."""
        quote = self.other if self.maybe(12) else self.quote
        return f"{quote}{text}{quote}"

    def mapping(self, entries: Sequence[tuple[str, str]]) -> str:
        """A dict display of keys and expressions; what a key ``**`` has is unpacked."""
        if not entries:
            return "{}"
        shown = [
            f"**{value}" if key == "**" else f"{self.q(key)}: {value}" for key, value in entries
        ]
        layout = self.choose(self.layout, "line", "block", "bare", "loose")
        if layout == "line":
            return "{" + ", ".join(shown) + "}"
        if layout == "loose":
            return "{ " + ", ".join(shown) + self.choose(" }", ", }")
        body = []
        for number, each in enumerate(shown, 1):
            comma = "" if number == len(shown) and layout == "bare" else ","
            remark = self.choose("see the docs", 'not "query"', "x: {y}") if self.maybe(8) else ""
            body += ["# how much we ask for"] if self.maybe(12) else []
            body.append(each + comma + (f"  # {remark}" if remark else ""))
        return "{\n" + _indented("\n".join(body)) + "\n}"

    def literal(self, value: Any) -> str:
        """A value as it is written."""
        if isinstance(value, dict):
            if value and self.maybe(6):
                return f"dict({', '.join(f'{key}={self.literal(each)}' for key, each in value.items())})"
            return self.mapping([(key, self.literal(each)) for key, each in value.items()])
        if isinstance(value, list):
            shown = [self.literal(each) for each in value]
            if any("\n" in each for each in shown) or self.maybe():
                return "[\n" + _indented(",\n".join(shown)) + self.choose(",", "") + "\n]"
            return f"[{', '.join(shown)}]"
        return self.q(value) if isinstance(value, str) else repr(value)


def _indented(text: str, depth: int = 1) -> str:
    return "\n".join("    " * depth + line if line else line for line in text.split("\n"))


def _is_open(text: str) -> bool:
    return any(text.count(left) > text.count(right) for left, right in ("{}", "()", "[]"))


# --- Where it is ----------------------------------------------------------------------------------

ACCOUNTS = (
    "!import os\n@ACCOUNT_ID = os.environ[~CLOUDFLARE_ACCOUNT_ID~]",
    f"@ACCOUNT_ID = ~{ACCOUNT}~",
    f"@ACCOUNT_ID: str = ~{ACCOUNT}~",
    "!import os\n@ACCOUNT_ID = os.getenv(~CLOUDFLARE_ACCOUNT_ID~)",
)
# <rag> is an expression for the instance, <name> its part of an f-string, <end> the last part.
URLS = (
    "=> f~<rags>/<name>/<end>~",
    "url = f~<rags>/<name>/<end>~\n=> url",
    "@RAGS = f~<rags>~\n=> f~{RAGS}/<name>/<end>~",
    "=> <adjacent>",
    "url = (\n    <adjacent>\n)\n=> url",
    "url = (\n    <adjacent_lines>\n)\n=> url",
    "url = ~<root>/~ + <account> + ~/autorag/rags/~ + <rag> + ~/<end>~\n=> url",
    "=> ~<root>/~ + <account> + ~/autorag/rags/~ + <rag> + ~/<end>~",
    "url = ~<root>/%s/autorag/rags/%s/<end>~ % (<account>, <rag>)\n=> url",
    "url = ~<root>/{}/autorag/rags/{}/<end>~.format(<account>, <rag>)\n=> url",
    "url = ~<root>/{account}/autorag/rags/{rag}/<end>~.format(account=<account>, rag=<rag>)\n=> url",
    "@<END>_TEMPLATE = ~<root>/{}/autorag/rags/{}/<end>~\n=> <END>_TEMPLATE.format(<account>, <rag>)",
    "@def endpoint_url(rag, endpoint):\n@    return f~<rags>/{rag}/{endpoint}~\n=> endpoint_url(<rag>, ~<end>~)",
    (
        "!import os\n@API_BASE = os.environ.get(~CLOUDFLARE_API_BASE_URL~, ~https://api.cloudflare.com/client/v4~)\n"
        "url = f~{API_BASE}/accounts/{<account>}/autorag/rags/<name>/<end>~\n=> url"
    ),
    (
        "!import os\n@BASE = os.environ.get(~CLOUDFLARE_API_BASE_URL~, ~https://api.cloudflare.com/client/v4/~).rstrip(~/~)\n"
        "=> f~{BASE}/accounts/{<account>}/autorag/rags/<name>/<end>~"
    ),
    (
        "!import os\n@API = ~https://api.cloudflare.com/client/v4~ if os.environ.get(~STAGING~) else ~https://api.cloudflare.com/client/v4~\n"
        "url = f~{API}/accounts/{<account>}/autorag/rags/<name>/<end>~\n=> url"
    ),
    (
        "@HOST = ~https://api.cloudflare.com~\n@VERSION = HOST + ~/client/v4~\n@CF_RAGS = f~{VERSION}/accounts/{<account>}/autorag/rags~\n"
        "@<END>_PATH = ~/<end>~\n=> CF_RAGS + ~/~ + <rag> + <END>_PATH"
    ),
    "@<END>_ROUTE = ~/autorag/rags/{}/<end>~\n@ACCOUNT_URL = f~<root>/{<account>}~\nurl = ACCOUNT_URL + <END>_ROUTE.format(<rag>)\n=> url",
    "url = f~<rags>/<name>~\nurl += ~/<end>~\n=> url",
    "base = f~<rags>/<name>~\nurl = f~{base}/<end>~\n=> url",
    "base = f~<rags>/<name>~\n=> base + ~/<end>~",
)  # fmt: skip
FIXED_URLS = (
    f"=> ~{ROOT}/{ACCOUNT}/autorag/rags/docs/<end>~",
    "@<END>_URL = f~<rags>/docs/<end>~\n=> <END>_URL",
    "@RAG_BASE = f~<rags>/docs~\n=> f~{RAG_BASE}/<end>~",
    "@RAG_BASE = f~<rags>/docs~\n=> RAG_BASE + ~/<end>~",
    "@RAG_NAME = ~docs~\n=> f~<rags>/{RAG_NAME}/<end>~",
    "@<END>_URL = ~<root>/%s/autorag/rags/docs/<end>~ % <account>\n=> <END>_URL",
)
ODD_URLS = (
    "endpoint = ~<end>~\nurl = f~<rags>/<name>/{endpoint}~\n=> url",
    "url = ~/~.join([f~<rags>~, <rag>, ~<end>~])\n=> url",
    "url = ~<root>/%(account)s/autorag/rags/%(rag)s/<end>~ % {~account~: <account>, ~rag~: <rag>}\n=> url",
    "@ENDPOINTS = {~search~: ~/search~, ~ai-search~: ~/ai-search~}\nurl = f~<rags>~ + ~/~ + <rag> + ENDPOINTS[~<end>~]\n=> url",
    "url = ~<root>/ACCOUNT/autorag/rags/RAG/<end>~.replace(~ACCOUNT~, <account>).replace(~RAG~, <rag>)\n=> url",
    "!import os\nif os.environ.get(~STAGING~):\n    url = f~<rags>/<name>/<end>~\nelse:\n    url = f~<rags>/<name>/<end>~\n=> url",
    "!import os\nurl = os.environ.get(~AUTORAG_<END>_URL~) or f~<rags>/<name>/<end>~\n=> url",
    "url = f~<root>/{<account>!s}/autorag/rags/<name>/<end>~\n=> url",
    "=> f~~~<rags>/<name>/<end>~~~",
    "url = (~<root>/~\n       + <account>\n       + ~/autorag/rags/~ + <rag>  # the instance\n       + ~/<end>~)\n=> url",
    "url = ~<root>/~ + <account> + \\\n    ~/autorag/rags/~ + <rag> + ~/<end>~\n=> url",
    "url = f~<rags>/<name>/<end>~; shown = ~url~\n=> url",
    "parts = [~autorag~, ~rags~, <rag>, ~<end>~]\nurl = f~<root>/{<account>}/~ + ~/~.join(parts)\n=> url",
    "@KINDS = (~search~, ~ai-search~)\nkind = KINDS[KINDS.index(~<end>~)]\nurl = f~<rags>/<name>/{kind}~\n=> url",
    "for url in (f~<rags>/<name>/<end>~,):\n    pass\n=> url",
    "url = f~<rags>/<name>/<end>~\nprint(url.startswith(~https://~), len(url) > 10)\n=> url",
    "url = f~<rags>/<name>/<end>~\nassert url.endswith(~/<end>~)\n=> url",
    "!import os\n@def base_url():\n@    return os.environ.get(~CF_BASE~) or f~<rags>~\n=> base_url() + ~/~ + <rag> + ~/<end>~",
    "!from urllib.parse import urljoin\n=> urljoin(f~<rags>/<name>/~, ~<end>~)",
    "!from urllib.parse import quote\ninstance = quote(<rag>)\n=> f~<rags>/{instance}/<end>~",
    "=> f~<rags>/<name>/<end>?trace=1~",
)
METHOD_URLS = (
    "&self.base_url = f~<rags>/{rag}~\n=> f~{self.base_url}/<end>~",
    "&self.base_url = f~<rags>/{rag}~\n=> self.base_url + ~/<end>~",
    "&self.<END>_endpoint = f~<rags>/{rag}/<end>~\n=> self.<END>_endpoint",
    "$@property\n$def <END>_url(self):\n$    return f~<rags>/{self.rag}/<end>~\n=> self.<END>_url",
    "$def _url(self, endpoint):\n$    return f~<rags>/{self.rag}/{endpoint}~\n=> self._url(~<end>~)",
    "$ROOT = f~<rags>~\n=> f~{self.ROOT}/{self.rag}/<end>~",
    "$ROOT = f~<rags>~\n=> self.ROOT + ~/~ + self.rag + ~/<end>~",
    "&self.account = <account>\n=> f~<root>/{self.account}/autorag/rags/{self.rag}/<end>~",
)
BASES = (
    "<rags>/<name>\n/<end>",
    "<root>/{<account>}\n/autorag/rags/<name>/<end>",
    "<rags>/<name>\n<end>",
)
TOKEN = "!import os\n@API_TOKEN = os.environ[~CLOUDFLARE_API_TOKEN~]\n"
BEARER = "«f~Bearer {API_TOKEN}~¦~Bearer ~ + API_TOKEN¦~Bearer %s~ % API_TOKEN»"
HEADERS = (
    TOKEN + "=> {~Authorization~: " + BEARER + "}",
    TOKEN
    + "=> {\n    ~Authorization~: "
    + BEARER
    + ",\n    ~Content-Type~: ~application/json~,\n}",
    TOKEN + "@HEADERS = {~Authorization~: " + BEARER + "}\n=> HEADERS",
    TOKEN
    + "@def auth_headers():\n@    return {~Authorization~: "
    + BEARER
    + "}\n=> auth_headers()",
)


@dataclass
class Place:
    """Where a site stands: a kind of place, an expression for the instance, the endpoint."""

    kind: str
    rag: str
    endpoint: str

    @property
    def is_fixed(self) -> bool:
        return self.rag[0] in "\"'"


def _holes(w: Writer, place: Place) -> dict[str, str | Callable[[], str]]:
    if "ACCOUNT_ID" not in w.module:
        w.write(w.choose(*ACCOUNTS))
    name = place.rag[1:-1] if place.is_fixed else f"{{{place.rag}}}"
    rags = f"{ROOT}/{{ACCOUNT_ID}}/autorag/rags"
    return {
        "account": "ACCOUNT_ID",
        "root": ROOT,
        "rags": rags,
        "rag": place.rag,
        "name": name,
        "end": place.endpoint,
        "END": place.endpoint.upper().replace("-", "_"),
        "adjacent": lambda: " ".join(_adjacent(w, f"{rags}/{name}/{place.endpoint}")),
        "adjacent_lines": lambda: "\n".join(_adjacent(w, f"{rags}/{name}/{place.endpoint}")),
        "headers": lambda: headers_of(w),
    }


def _adjacent(w: Writer, text: str) -> list[str]:
    """An f-string cut anywhere but in its holes."""
    whole = [
        cut for cut in range(8, len(text)) if text.count("{", 0, cut) == text.count("}", 0, cut)
    ]
    # What stands in no literal at all is not looked for.
    if w.whole:
        whole = [
            cut
            for cut in whole
            if cut <= text.index("autorag/rags") or cut >= text.index("autorag/rags") + 12
        ]
    else:
        whole = [
            cut for cut in whole if cut <= text.index("autorag") or cut >= text.index("autorag") + 7
        ]
    cuts = sorted({w.choose(*whole) for _ in range(w.number(1, 3))})
    pieces = [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]
    return [
        ("f" if "{" in each or w.maybe() else "") + f"{w.quote}{each}{w.quote}" for each in pieces
    ]


def url_of(w: Writer, place: Place) -> tuple[list[str], str]:
    """Lines that lead to the URL, and an expression for it."""
    plain = URLS
    if place.is_fixed:
        plain = (*FIXED_URLS, *URLS)
    elif place.kind == "method":
        plain = (*METHOD_URLS, *METHOD_URLS, *URLS)
    odd = [each for each in ODD_URLS if not (w.whole and "[~autorag~" in each)]
    return w.write(w.template("url", plain, odd), **_holes(w, place))


def headers_of(w: Writer) -> str:
    return w.write(w.choose(*HEADERS))[1]


# --- What is asked --------------------------------------------------------------------------------


def _eq(key: str, *values: object) -> list[dict[str, object]]:
    return [{"type": "eq", "key": key, "value": value} for value in values]


def _is(key: str, operator: str, value: object) -> dict[str, object]:
    return {"type": operator, "key": key, "value": value}


FILTERS: tuple[dict[str, Any], ...] = (
    *_eq("folder", "guides/"),
    _is("folder", "ne", "animals/"),
    _is("filename", "gt", "b"),
    _is("timestamp", "gte", "1735689600000"),
    _is("timestamp", "lt", "1735689600999"),
    _is("modified_date", "gte", 1720000000000),
    *_eq("title", "Coffee orders"),
    _is("year", "lte", 2024),
    *_eq("public", True),
    {"type": "and", "filters": [_is("folder", "gte", "a"), _is("folder", "lt", "b")]},
    {"type": "and", "filters": [_is("folder", "gt", "a"), _is("folder", "gt", "g")]},
    {"type": "and", "filters": [_is("folder", "ne", "animals/"), _is("folder", "ne", "")]},
    {"type": "and", "filters": [*_eq("folder", "guides/"), _is("timestamp", "gte", "1700000000000")]},
    {"type": "and", "filters": _eq("folder", "guides/")},
    {"type": "or", "filters": _eq("folder", "guides/", "animals/")},
    {"type": "or", "filters": _eq("folder", "guides/")},
    {"type": "and", "filters": [{"type": "or", "filters": _eq("folder", "guides/", "")}, _is("timestamp", "gte", 1700000000000)]},
    # What the new language cannot say, or has no use for.
    {"type": "and", "filters": _eq("folder", "guides/", "animals/")},
    {"type": "and", "filters": [*_eq("folder", "guides/"), _is("folder", "ne", "animals/")]},
    {},
)  # fmt: skip
REFUSED: tuple[dict[str, Any], ...] = (
    {"type": "or", "filters": [*_eq("folder", "guides/"), *_eq("filename", "about.md")]},
    {"type": "or", "filters": [_is("folder", "gt", "guides/")]},
)
# A field and its value; <filter> is a literal.
SEARCH_FIELDS = (
    "max_num_results => «3¦1¦50¦2 + 1¦int(~4~)»",
    "@LIMIT = 5\nmax_num_results => LIMIT",
    "ranking_options => {~score_threshold~: «0.45¦0.6¦0¦1¦0.0»}",
    "ranking_options => {\n    ~score_threshold~: 0.45«¦,¦,  # see the docs»\n}",
    "ranking_options => «{}¦{~ranker~: ~default~}¦{~ranker~: ~default~, ~score_threshold~: 0.5}»",
    "@RANKING = {~score_threshold~: 0.5}\nranking_options => RANKING",
    "reranking => {~enabled~: «True¦False»}",
    f"reranking => {{~enabled~: «True¦False», ~model~: ~{RERANKER}~}}",
    f"reranking => {{\n    ~enabled~: True,«¦  # slow»\n    ~model~: ~{RERANKER}~,\n}}",
    "reranking => {}",
    "rewrite_query => «False¦True¦bool(0)»",
    "filters => <filter>",
    "@FILTERS = <filter>\nfilters => FILTERS",
    "@def filters_for(folder):\n@    return {~type~: ~eq~, ~key~: ~folder~, ~value~: folder + ~/~}\nfilters => filters_for(~guides~)",
    "stream => False",
)  # fmt: skip
ANSWER_FIELDS = (
    "system_prompt => ~Be terse.~",
    "@SYSTEM_PROMPT = ~Answer like a llama.~\nsystem_prompt => SYSTEM_PROMPT",
    "system_prompt => query.upper()",
    'system_prompt => """Two\nlines."""',
    f"model => «~{MODEL}~¦~~¦~nonsense~»",
    f"@MODEL = ~{MODEL}~\nmodel => MODEL",
)
# A parameter, its default, another value for it, and the field that it makes.
PARAMETERS = (
    "limit, 3, 1\nmax_num_results => limit",
    "threshold, 0.5, 0.2\nranking_options => {~score_threshold~: threshold}",
    "rerank, False, True\nreranking => {~enabled~: rerank}",
    "rewrite, False, True\nrewrite_query => rewrite",
    "folder, ~guides~, ~animals~\nfilters => {~type~: «~eq~¦~ne~¦~gte~», ~key~: ~folder~, ~value~: «f~{folder}/~¦folder + ~/~»}",
    "folder, ~guides~, ~animals~\nfilters => {~type~: ~and~, ~filters~: [{~type~: ~eq~, ~key~: ~folder~, ~value~: f~{folder}/~}, {~type~: ~gte~, ~key~: ~timestamp~, ~value~: ~1700000000000~}]}",
    "since, 1700000000000, 1735689600000\nfilters => {~type~: ~gte~, ~key~: ~timestamp~, ~value~: «since¦str(since)»}",
    "filters, None, {~type~: ~eq~, ~key~: ~folder~, ~value~: ~guides/~}\nfilters => filters",
    "system, ~Be kind.~, ~Be rude.~\nsystem_prompt => system",
    f"model, ~{MODEL}~, ~@cf/a/b~\nmodel => model",
)  # fmt: skip
# The same, sent only when they are given.
OPTIONAL = (
    "limit, None, 1\nmax_num_results => limit",
    "filters, None, {~type~: ~eq~, ~key~: ~folder~, ~value~: ~guides/~}\nfilters => filters",
    "folder, None, ~guides~\nfilters => {~type~: ~eq~, ~key~: ~folder~, ~value~: f~{folder}/~}",
    "system, None, ~Be rude.~\nsystem_prompt => system",
    "model, None, ~@cf/a/b~\nmodel => model",
    "rewrite, None, True\nrewrite_query => rewrite",
    "threshold, None, 0.2\nranking_options => {~score_threshold~: threshold}",
)
UNKNOWN_FIELDS = (
    "limit => 3",
    "temperature => 0.2",
    "topK => 3",
    "system_prompt => ~Be terse.~",
    "cache => False",
)
# <all> is a display of all fields, <head> and <tail> of some, <sets> assigns the tail field by field, <under> what
# is optional.
PAYLOADS = (
    "=> json=<all>",
    "<p> = <all>\n<under>\n=> json=<p>",
    "<p> = <head>\n<sets>\n<under>\n=> json=<p>",
    "<p> = <keywords>\n<under>\n=> json=<p>",
    "=> json=<keywords>",
    "!import json\n=> <carrier>=json.dumps(<all>)«¦.encode()»",
    "!import json\n<p> = json.dumps(<all>)\n=> <carrier>=<p>",
    "!import json\n<p> = <all>\n<under>\n=> <carrier>=json.dumps(<p>)",
    "!from typing import Any\n<p>: dict[str, Any] = <all>\n<under>\n=> json=<p>",
    "<p>: dict = <all>\n<under>\n=> json=<p>",
    "<nested>\n<p> = <named>\n<under>\n=> json=<p>",
    "<p> = <all>\n<under>\nasked = <p>[~query~]\n=> json=<p>",
    "<p> = {}\n<p>[~query~] = ~nothing yet~\n<p> = <all>\n<under>\n=> json=<p>",
)  # fmt: skip
ODD_PAYLOADS = (
    "<p> = <all>\n<p>.setdefault(~ranking_options~, {})[~score_threshold~] = 0.3\n<under>\n=> json=<p>",
    "<p> = <head>\nif query:\n    <p>.setdefault(~ranking_options~, {})[~score_threshold~] = 0.3\n=> json=<p>",
    "@COMMON = {~max_num_results~: 4}\n<p> = {**COMMON, **<all>}\n<under>\n=> json=<p>",
    "<p> = <head>\n<p>.update(<tail>)\n<under>\n=> json=<p>",
    "<p> = <head>\n<p> |= <tail>\n<under>\n=> json=<p>",
    "<p> = <spread>\n=> json=<p>",
    "<p> = <all>\n<p>.setdefault(~max_num_results~, 2)\n<under>\n=> json=<p>",
    "<p> = <all>\n<under>\nfor key in list(<p>):\n    if <p>[key] is None:\n        del <p>[key]\n=> json=<p>",
    "<p> = <all>\n<under>\n<p>.pop(~stream~, None)\n=> json=<p>",
    "<p> = <all>\n<under>\n<p> = dict(<p>)\n=> json=<p>",
    "<p> = <all>\n<under>\n=> json={k: v for k, v in <p>.items() if v is not None}",
    "<p> = <all>\n<under>\nprint(sorted(<p>))\n=> json=<p>",
    "<p> = <all>\n<under>\nbody = <p>\n=> json=body",
    "<p> = [<all>]\n=> json=<p>[0]",
    "<p> = <all> if query else <all>\n=> json=<p>",
    "<p> = <all>\n<under>\n<p>[~query~] += ~ please~\n=> json=<p>",
    "<p> = <all>\n<under>\n<p>[~query~] = <p>[~query~].lower()\n=> json=<p>",
    "<p> = <all>\n<under>\nprint(<p>.get(~query~), ~filters~ in <p>, len(<p>))\n=> json=<p>",
    "<p> = <all>\n<p>[~max_num_results~] = min(<p>.get(~max_num_results~, 10), 3)\n<under>\n=> json=<p>",
    "<p> = <all>\n<p>[~ranking_options~] = {}\n<p>[~ranking_options~][~score_threshold~] = 0.5\n<under>\n=> json=<p>",
    "<p> = <all>\n<p>[~filters~] = {~type~: ~eq~, ~key~: ~folder~, ~value~: ~~}\n<p>[~filters~][~value~] = ~guides/~\n<under>\n=> json=<p>",
    "<p> = <all>\nconditions = []\nif query:\n    conditions.append({~type~: ~gte~, ~key~: ~folder~, ~value~: ~a~})\nif conditions:\n    <p>[~filters~] = {~type~: ~and~, ~filters~: conditions}\n<under>\n=> json=<p>",
    "!import copy\n@TEMPLATE = {~query~: ~~, ~max_num_results~: 3}\n<p> = copy.deepcopy(TEMPLATE)\n<p>.update(<all>)\n<under>\n=> json=<p>",
    "@DEFAULTS = {~query~: ~~, ~max_num_results~: 3}\n<p> = DEFAULTS.copy()\n<p>[~query~] = query\n=> json=<p>",
    "<p> = <all>\n<under>\nif not <p>[~query~]:\n    leave ~no question~\n=> json=<p>",
    "<p> = <all>\n<under>\nif len(query) > 5:\n    <p>[~max_num_results~] = 2\nelse:\n    <p>[~max_num_results~] = 4\n=> json=<p>",
    "<p> = <all>\n<under>\nfor name, value in ((~max_num_results~, 2),):\n    <p>[name] = value\n=> json=<p>",
    "<p> = dict(<keywords>, max_num_results=2)\n<under>\n=> json=<p>",
    "<p>, extra = <all>, 1\n<under>\n=> json=<p>",
    "<p> = alias = <all>\n<under>\n=> json=alias",
    "if (<p> := <all>):\n    pass\n<under>\n=> json=<p>",
    "<p> = <all> | {~max_num_results~: 2}\n<under>\n=> json=<p>",
    "options = {~json~: <all>}\n=> **options",
    "@def with_limit(given, limit=2):\n@    given[~max_num_results~] = limit\n@    return given\n=> json=with_limit(<all>)",
    "@def with_filter(given):\n@    return {**given, ~filters~: {~type~: ~eq~, ~key~: ~folder~, ~value~: ~guides/~}}\n=> json=with_filter(<all>)",
    "=> data=None, json=<all>",
)


@dataclass
class Asked:
    """What a site asks for: fields, optional ones with their conditions, and parameters."""

    entries: list[tuple[str, str]]
    optional: list[tuple[str, str, str]] = field(default_factory=list)
    parameters: list[tuple[str, str, str]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether there is a field or a parameter of this name."""
        fields = [*(key for key, _ in self.entries), *(key for _, key, _ in self.optional)]
        return name in fields or name in [parameter for parameter, _, _ in self.parameters]


def asked_of(w: Writer, place: Place, *, stream: bool) -> Asked:
    """Fields of a request."""
    query = w.text("«query¦query¦query.strip()¦f`{query}`¦str(query)»")
    asked = Asked([("query", query)])
    fields = (*SEARCH_FIELDS, *(ANSWER_FIELDS if place.endpoint == "ai-search" else ()))
    for _ in range(w.choose(0, 1, 1, 2, 3)):
        _add_field(w, asked, w.choose(*fields))
    if place.kind != "script":
        for _ in range(w.choose(0, 0, 0, 1, 2)):
            _add_parameter(w, asked, place)
    if stream:
        asked.entries = [each for each in asked.entries if each[0] != "stream"] + [
            ("stream", "True")
        ]
    if w.maybe(12):
        _add_field(w, asked, w.choose(*UNKNOWN_FIELDS))
    if w.maybe(5):
        asked.entries = [*asked.entries[1:], asked.entries[0]]
    return asked


def _field_of(w: Writer, template: str) -> tuple[str, str]:
    def some_filter() -> str:
        chosen = w.choose(*(REFUSED if w.maybe(12) else FILTERS))
        w.refused |= chosen in REFUSED
        return w.literal(chosen)

    before, _, value = template.partition(" => ")
    above, _, name = before.rpartition("\n")
    return name, w.write(f"{above}\n=> {value}".lstrip("\n"), filter=some_filter)[1]


def _add_field(w: Writer, asked: Asked, template: str) -> None:
    name, value = _field_of(w, template)
    if not asked.has(name):
        w.labels.append(f"field: {template}")
        asked.entries.append((name, value))


def _add_parameter(w: Writer, asked: Asked, place: Place) -> None:
    is_optional = w.maybe(2)
    head, _, template = w.choose(*(OPTIONAL if is_optional else PARAMETERS)).partition("\n")
    parameter, default, other = w.text(head).split(", ", 2)
    name, value = _field_of(w, template)
    useless = place.endpoint == "search" and name in {"model", "system_prompt"}
    if asked.has(name) or asked.has(parameter) or (useless and not w.maybe(6)):
        return
    w.labels.append(f"parameter: {template}")
    asked.parameters.append((parameter, default, other))
    if is_optional:
        asked.optional.append((w.choose(parameter, f"{parameter} is not None"), name, value))
    else:
        asked.entries.append((name, value))


def payload_of(w: Writer, asked: Asked, library: str) -> tuple[list[str], str]:
    """Lines that lead to the payload, and the argument that carries it."""
    template = w.template("payload", PAYLOADS, ODD_PAYLOADS)
    if asked.optional and "<under>" not in template and "<spread>" not in template:
        template = PAYLOADS[1]
    entries = asked.entries
    cut = w.number(0, len(entries))
    name = w.choose("payload", "body", "request_data", "params")
    nested = [(key, value) for key, value in entries if value[0] == "{"]
    under = [f"if {test}:\n    {name}[{w.q(key)}] = {value}" for test, key, value in asked.optional]
    spread = [
        ("**", f"({{{w.q(key)}: {value}}} if {test} else {{}})")
        for test, key, value in asked.optional
    ]
    return w.write(
        template,
        p=name,
        carrier="data" if library == "requests" else "content",
        all=lambda: w.mapping(entries),
        head=lambda: w.mapping(entries[:cut]),
        tail=lambda: w.mapping(entries[cut:]),
        sets=lambda: "\n".join(f"{name}[{w.q(key)}] = {value}" for key, value in entries[cut:]),
        keywords=lambda: f"dict({', '.join(f'{key}={value}' for key, value in entries)})",
        under="\n".join(under),
        spread=lambda: w.mapping([*entries, *spread]),
        nested="\n".join(f"{key} = {value}" for key, value in nested),
        named=lambda: w.mapping(
            [(key, key if (key, value) in nested else value) for key, value in entries]
        ),
    )


# --- What comes of it -----------------------------------------------------------------------------

ASSIGNMENTS = (
    "<r> = <call>",
    "<r> = <call>",
    "<r> = <call>",
    "<r> = None\nfor attempt in range(2):\n    <r> = <call>\n    if <r>.status_code == 200:\n        break",
    "try:\n    <r> = <call>\nexcept <lib>.<Timeout>:\n    leave ~slow~",
    "try:\n    <r> = <call>\n    <r>.raise_for_status()\nexcept <lib>.<HTTPError> as error:\n    leave error.response.status_code",
    "if not (<r> := <call>).<ok>:\n    leave ~failed~",
    "<r>: <lib>.Response = <call>",
    "first = <r> = <call>",
    "<r>, again = <call>, None",
    "<r> = None\nif query is not None:\n    <r> = <call>",
)
# Without a name for the response.
CHAINS = (
    "data = <called>.json()\n=> data",
    "!import json\ndata = json.loads(<called>.text)\n=> data",
)
# In one expression.
DIRECT = (
    "=> <called>.json()[~result~][~<key>~]",
    "=> <called>.json().get(~result~, {}).get(~<key>~)",
    "=> [<row> for <i> in <called>.json()[~result~][~data~]]",
    "=> len(<called>.json()[~result~][~data~])",
    "=> [<row> for <i> in (<called>.json().get(~result~) or {}).get(~data~, [])]",
    "=> ~, ~.join(<string> for <i> in <called>.json()[~result~][~data~])",
    "=> <called>.json()[~result~][~data~][0][~content~][0][~text~]",
    "=> <called>.json().get(~result~, {}).get(~data~, [{}])[0].get(~filename~)",
    "out = []\nfor <i> in <called>.json()[~result~][~data~]:\n    out.append(<row>)\n=> out",
    "=> (lambda answer: answer[~result~][~data~])(<called>.json())[:1]",
    "=> <called>.status_code",
    "=> <called>.json()",
    "=> {**<called>.json(), ~query~: query}",
    "=> <called>.text[:20]",
)
# For another function to read; what comes after the arrow tells how.
FETCHED = (
    "<r> = <call>\n<r>.raise_for_status()\n=> <r>.json()",
    "<r> = <call>\n=> <r>.json()",
    "<r> = <call>\nif <r>.status_code != 200:\n    return None\n=> <r>.json()",
    "=> <called>.json()",
    "=> <call>",
    "<r> = <call>\n=> <r>",
)
CHECKS = (
    "",
    "<r>.raise_for_status()",
    "if <r>.status_code != 200:\n    leave «None¦[]¦<r>.status_code¦f~failed: {<r>.status_code}~»",
    "if <r>.status_code >= 400:\n    leave ~failed~",
    "if not <r>.<ok>:\n    leave ~failed~",
    "if <r>.status_code != 200:\n    raise RuntimeError(f~bad: {<r>.text}~)",
    "if <r>.status_code == 404:\n    leave ~no such instance~\n<r>.raise_for_status()",
    "print(<r>.status_code)",
)
ROOTS = (
    "=> <r>.json()",
    "data = <r>.json()\n=> data",
    "!import json\nparsed = json.loads(<r>.«text¦content»)\n=> parsed",
    "!from typing import Any\ndata: dict[str, Any] = <r>.json()\n=> data",
    "j = <r>.json()\n=> j",
    "try:\n    data = <r>.json()\nexcept ValueError:\n    leave ~no JSON~\n=> data",
    "if not (data := <r>.json()):\n    leave ~empty~\n=> data",
    "data, status = <r>.json(), <r>.status_code\n=> data",
    "envelope = data = <r>.json()\n=> data",
)
ODD_ROOTS = (
    "data = <r>.json() if <r>.<ok> else {~success~: False, ~result~: {~data~: [], ~response~: ~down~}}\n=> data",
    "data = {}\nif <r>.<ok>:\n    data = <r>.json()\n=> data",
    "!from typing import Any, cast\ndata = cast(~dict[str, Any]~, <r>.json())\n=> data",
    "@def body_of(reply):\n@    reply.raise_for_status()\n@    return reply.json()\n=> body_of(<r>)",
)
GUARDS = (
    "if not <root>[~success~]:\n    leave ~unsuccessful~",
    "if not <root>.get(~success~«¦, False»):\n    leave ~unsuccessful~",
    "if <root>.get(~success~) is False:\n    leave ~unsuccessful~",
    "if <root>.get(~success~) is not True:\n    raise RuntimeError(<root>.get(~errors~))",
    "if ~result~ not in <root>:\n    leave ~no result~",
    "if ~result~ not in <root> or ~<key>~ not in <root>[~result~]:\n    leave ~nothing~",
    "if not <root>.get(~success~):\n    errors = <root>.get(~errors~, [])\n    leave len(errors)",
    "if not <root>.get(~success~):\n    errors = <root>.get(~errors~) or []\n    leave errors[0]«[~code~]¦.get(~code~, 0)» if errors else 0",
    "if not <root>.get(~success~):\n    leave [e[~code~] for e in <root>.get(~errors~, [])]",
    "if not <root>[~success~]:\n    for error in <root>[~errors~]:\n        print(~code~, error[~code~])\n    leave None",
    "if not <root>.get(~result~):\n    leave ~no result~",
    "if <root>.get(~errors~):\n    leave ~errors~",
    "if not (<root>.get(~result~) or {}).get(~<key>~):\n    leave ~nothing~",
    "if not <root>.get(~success~, True):\n    leave (<root>.get(~errors~) or [{}])[0].get(~code~)",
    "try:\n    <root>[~result~][~<key>~]\nexcept KeyError:\n    leave ~no <key>~",
    "if ~errors~ in <root> and <root>[~errors~]:\n    leave len(<root>[~errors~])",
    "if <root>.get(~success~) and <root>.get(~result~):\n    print(~fine~)",
)  # fmt: skip
ODD_GUARDS = (
    "assert <root>[~success~], ~unsuccessful~",
    "if not isinstance(<root>, dict):\n    leave ~odd~",
    "if <root>.get(~success~) == False:  # noqa: E712\n    leave ~unsuccessful~",
    "ok = bool(<root>.get(~success~))\nprint(ok)",
    "if all(k in <root> for k in (~success~, ~result~)):\n    print(~whole~)",
    "if set(<root>) >= {~success~, ~result~}:\n    print(~whole~)",
)  # fmt: skip
RESULTS = (
    "=> <root>[~result~]",
    "=> <root>.get(~result~, {})",
    "=> (<root>.get(~result~) or {})",
    "=> <root>.get(~result~)",
    "result = <root>[~result~]\n=> result",
    "result = <root>.get(~result~, {})\n=> result",
    "result = <root>.get(~result~) or {}\n=> result",
    "try:\n    result = <root>[~result~]\nexcept KeyError:\n    leave ~no result~\n=> result",
    "result = <root>[~result~] if ~result~ in <root> else {}\n=> result",
    "result = <root>.get(~result~)\nif result is None:\n    leave ~no result~\n=> result",
    "result = <root>\nresult = result[~result~]\n=> result",
)
ODD_RESULTS = (
    "RESULT = ~result~\n=> <root>[RESULT]",
    "@def unwrap(envelope):\n@    return envelope.get(~result~) or {}\n=> unwrap(<root>)",
    "result: dict = <root>.get(~result~, <root>)\n=> result",
)
ANSWERS = (
    "=> <result>[~response~]",
    "=> <result>.get(~response~)",
    "=> <result>.get(~response~, ~~)",
    "=> <result>.get(~response~) or ~no answer~",
    "=> <result>[~response~].strip()",
    "=> len(<result>[~response~])",
    "=> str(<result>.get(~response~, ~~))",
    "=> ~response~ in <result>",
    "=> <result>.get(~answer~) or <result>.get(~response~)",
    "=> (<result>.get(~response~) or ~~).strip() or None",
    "text = <result>[~response~]\nif ~Nothing~ in text:\n    text = None\n=> text",
    "=> <result>[~response~].upper() if ~response~ in <result> else None",
    "try:\n    text = <result>[~response~]\nexcept «KeyError¦(KeyError, TypeError)»:\n    text = ~broken~\n=> text",
    "named = <result>\n=> f~{named[`response`]}~",
    "answer, found = <result>[~response~], len(<result>[~data~])\n=> (answer, found)",
    "answer = <result>.get(~response~)\nif not answer:\n    answer = ~nothing~\n=> answer",
    "=> <result>[~response~].split()[:3]",
    "for line in <result>[~response~].splitlines():\n    print(line[:20])\n=> None",
    "=> <result>[~response~] + ~ (~ + str(len(<result>[~data~])) + ~)~",
    "=> [word for word in <result>[~response~].split() if word.istitle()]",
    "=> ~llama~ in <result>[~response~].lower()",
    "=> <result>[~response~] if <result>.get(~data~) else ~no sources~",
)
ODD_ANSWERS = (
    "=> getattr(<result>, ~response~, None)",
    "keys = [~response~]\n=> [<result>[key] for key in keys]",
)
OTHERS = (
    "=> <result>[~search_query~]",
    "=> <result>.get(~search_query~, query)",
    "=> <result>[~has_more~]",
    "=> <result>.get(~has_more~, False)",
    "=> <result>.get(~next_page~)",
    "=> <result>[~object~]",
    "=> <result>.get(~sources~, [])",
    "=> ~data~ in <result>",
    "=> <root>[~success~]",
    "=> <root>.get(~success~, False)",
)
RAW = (
    "=> <result>",
    "=> <root>",
    "print(<root>)\n=> None",
    "!import json\n=> json.dumps(<root>, sort_keys=True)",
    "=> sorted(<result>)",
    "=> len(<result>)",
    "=> list(<result>.keys())",
    "=> dict(<result>)[~data~][:1]",
)
DATA = ("=> <result>[~data~]", "=> <result>.get(~data~, [])", "=> (<result>.get(~data~) or [])")
NAMED_DATA = (
    "rows = <data>\n=> rows",
    "rows = <data>\nif not rows:\n    leave «[]¦None¦~nothing found~»\n=> rows",
    "rows = <data>\nif len(rows) == 0:\n    leave []\n=> rows",
    "if not (rows := <data>):\n    leave None\n=> rows",
    "rows, query_again = <data>, query\n=> rows",
)

TEXTS = (
    "<i>[~content~][0][~text~]",
    "~~.join(c[~text~] for c in <i>[~content~])",
    "~ ~.join([c[~text~] for c in <i>[~content~]])",
    "~~.join(map(lambda c: c[~text~], <i>[~content~]))",
    "~~.join(c.get(~text~, ~~) for c in <i>.get(~content~, []) if c.get(~type~) == ~text~)",
    "<i>[~content~][0].get(~text~, ~~)",
    "<i>.get(~content~, [{}])[0].get(~text~, ~~)",
    "(<i>.get(~content~) or [{}])[0].get(~text~)",
    "[c[~text~][:20] for c in <i>[~content~]]",
    "len(<i>[~content~])",
    "<i>[~content~][-1][~text~]",
    "<i>[~content~][0][~id~]",
    "<i>[~content~][0][~type~]",
    "next((c[~text~] for c in <i>[~content~]), ~~)",
    "<i>[~content~][0][~text~][:40].strip()",
    "~ ~.join(c[~text~] for c in <i>[~content~] if c[~type~] == ~text~)",
    "~|~.join(p[~text~].strip() for p in <i>.get(~content~) or [])",
    "[p[~text~] for p in <i>[~content~]][0]",
    "<i>[~content~][0][~text~] if <i>[~content~] else ~~",
    "<i>[~content~][0][~text~] if <i>.get(~content~) else ~~",
    "sum(len(c[~text~]) for c in <i>[~content~])",
    "any(~llama~ in c[~text~] for c in <i>[~content~])",
    "list(map(lambda c: c.get(~text~), <i>[~content~]))",
    "~~.join(c[~text~] for c in <i>[~content~][:1])",
    "len(<i>.get(~content~, []))",
    "~~.join(c[~text~] if isinstance(c, dict) else str(c) for c in <i>[~content~])",
    "~~.join(c[~text~] for c in <i>[~content~] if isinstance(c, dict) and ~text~ in c)",
    "~~.join([c.get(~text~) or ~~ for c in (<i>.get(~content~) or [])])",
    "~~.join(c[~text~] for c in <i>[~content~] if c.get(~text~))",
    "[(c[~type~], c[~text~]) for c in <i>[~content~]]",
    "max(<i>[~content~], key=lambda c: len(c[~text~]))[~text~]",
    "{c[~id~]: c[~text~] for c in <i>[~content~]}",
    "[c[~text~] for c in reversed(<i>[~content~])]",
    "sorted(c[~text~] for c in <i>[~content~])",
)
FIELDS = (
    "<i>[~filename~]",
    "<i>[~score~]",
    "<i>[~file_id~]",
    "<i>.get(~filename~)",
    "<i>.get(~filename~, ~?~)",
    "<i>.get(~score~, 0)",
    "<i>.get(~score~) or 0.0",
    "round(<i>[~score~], 3)",
    "~%.3f~ % <i>[~score~]",
    "~{:.1%}~.format(<i>[~score~])",
    "format(<i>[~score~], ~.2f~)",
    "<i>[~attributes~][~folder~]",
    "<i>[~attributes~][~filename~]",
    "<i>[~attributes~][~modified_date~]",
    "<i>[~attributes~][~timestamp~] // 1000",
    "<i>[~attributes~].get(~folder~, ~~)",
    "<i>.get(~attributes~, {}).get(~filename~)",
    "(<i>.get(~attributes~) or {}).get(~filename~)",
    "(<i>.get(~attributes~) or {}).get(~folder~) or ~-~",
    "<i>[~attributes~].get(~file~, {}).get(~title~, ~~)",
    "<i>[~attributes~][~file~].get(~title~)",
    "<i>[~attributes~][~file~][~title~]",
    "(<i>.get(~attributes~, {}).get(~file~) or {}).get(~context~)",
    "<i>.get(~attributes~, {}).get(~modified_date~, 0) / 1000",
    "<i>.get(~title~, ~untitled~)",
    "<i>.get(~url~)",
    "<i>[~filename~].split(~/~)[-1]",
    "<i>[~filename~].rsplit(~.~, 1)[0]",
    "<i>[~filename~] or <i>[~file_id~]",
    "<i>.get(~title~) or <i>.get(~filename~)",
    "str(<i>[~score~])",
    "~filename~ in <i>",
    "~folder~ in <i>[~attributes~]",
    "~title~ in <i>[~attributes~].get(~file~, {})",
    "<i>[~attributes~][~folder~].rstrip(~/~)",
    "(<i>[~filename~], <i>[~score~])",
    "<i>[~score~] > 0.5",
    "int(<i>[~score~] * 100)",
    "<i>[~attributes~][~modified_date~] > 1700000000000",
    "<i>[~attributes~].get(~url~, <i>[~filename~])",
    "<i>[~attributes~].get(~title~) or <i>[~attributes~].get(~filename~)",
    "<i>.get(~file_id~, ~~)[:6]",
    "repr(<i>[~filename~])",
    "isinstance(<i>.get(~score~), float)",
    "(<i>[~attributes~] if ~attributes~ in <i> else {}).get(~folder~)",
    "<i>[~attributes~][~file~][~title~] if ~title~ in <i>[~attributes~][~file~] else <i>[~filename~]",
    "{~name~: <i>[~filename~], ~score~: <i>[~score~]}",
    "dict(name=<i>[~filename~], text=<i>[~content~][0][~text~])",
    "<i>[~attributes~][~folder~] + <i>[~attributes~][~filename~] == <i>[~filename~]",
    "f~{<i>[`filename`]=}~",
    "f~{<i>[`score`]=:.2f}~",
    "<i>[~attributes~][~file~].get(~year~, 0) + 1",
    "<i>[~filename~].encode().hex()[:8]",
    "max(<i>[~score~], 0.5)",
    "not <i>[~attributes~].get(~file~)",
    "<i>[~attributes~].get(~modified_date~) or <i>[~attributes~].get(~timestamp~)",
    "<i>[~filename~].startswith(<i>[~attributes~][~folder~])",
    "<i>.get(~attributes~, {}).get(~file~, {}).get(~title~) or <i>.get(~filename~) or ~?~",
    "<i>[~score~] if <i>.get(~score~) is not None else -1",
    "sorted([<i>[~filename~], <i>[~file_id~]])",
    "<i>[~attributes~].get(~file~) is None",
    "<i>.get(~score~, 0) >= 0.5 and <i>[~filename~]",
)
ODD_ITEMS = (
    "<i>[~attributes~]",
    "<i>[~attributes~][~file~]",
    "len(<i>)",
    "sorted(<i>)",
    "<i>[~content~][:1]",
    "str(<i>[~content~])[:10]",
    "<i>.get(~metadata~, {}).get(~title~)",
    "bool(<i>.get(~attributes~))",
    "isinstance(<i>, dict)",
    "len(<i>[~attributes~])",
    "list(<i>[~attributes~])",
    "<i> == <i>",
    "<i>[~content~] == []",
    "sorted(<i>[~attributes~][~file~].items(), key=str)",
    "[*<i>[~content~]][0][~text~]",
    "tuple(<i>[~content~])[0][~text~]",
    "<i>[~content~].copy()[0][~text~]",
    "list(<i>[~content~]).pop()[~text~]",
    "<i>.copy()[~filename~]",
    "dict(<i>)[~filename~]",
    "{**<i>}[~filename~]",
    "next(iter(<i>[~content~]))[~text~]",
    "type(<i>[~score~]).__name__",
    "<i>.pop(~filename~)",
    "getattr(<i>, ~filename~, None)",
    "hash(<i>[~filename~]) == hash(<i>[~filename~])",
)
STRINGS = (
    "<i>[~filename~]",
    "<i>[~content~][0][~text~]",
    "str(<i>[~score~])",
    "~~.join(c[~text~] for c in <i>[~content~])",
    "<i>.get(~filename~, ~~)",
    "f~{<i>[`filename`]}: {<i>[`score`]:.3f}~",
    "f~[{<i>[`attributes`][`folder`]}] {<i>[`content`][0][`text`]}~",
    "f~{<i>.get(`filename`)} ({round(<i>.get(`score`, 0), 2)})~",
    "~%s (%.2f)~ % (<i>[~filename~], <i>[~score~])",
    "~{} {:.3f}~.format(<i>[~filename~], <i>[~score~])",
    "~- ~ + <i>[~filename~] + ~: ~ + ~ ~.join(c[~text~] for c in <i>[~content~])",
    "f~{`, `.join(c[`text`] for c in <i>[`content`])}~",
    "~ ~.join(c[~text~].strip() for c in (<i>.get(~content~) or []))",
)
CHANGES = (
    "<i>[~score~] = round(<i>[~score~], 1)",
    "<i>[~score~] *= 100",
    "<i>[~content~][0][~text~] = <i>[~content~][0][~text~].upper()",
    "<i>[~content~][0][~text~] += ~!~",
    "<i>[~content~][0][~type~] = ~quote~",
    "<i>[~filename~] += ~/x~",
    "<i>[~filename~] = ~x~",
    "<i>[~file_id~] = ~x~",
    "<i>[~attributes~][~folder~] += ~x~",
    "<i>[~attributes~][~modified_date~] -= 1",
    "<i>[~own~] = <i>[~score~] * 2",
)
ODD_STRINGS = (
    "f~{<i>[`filename`]!r:>40}~",
    "~{0[filename]}~.format(<i>)",
    "~%(filename)s~ % <i>",
    "~{filename}~.format(**<i>)",
)
# <rows> is read as often as it stands there; <row> is something of the row <i>, <string> a string of it, <nth> and
# <zeroth> something of a row by its number.
ROWS = (
    "=> [<row> for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    out.append(<row>)\n=> out",
    "out = []\nfor number, <i> in enumerate(<rows>«¦, 1¦, start=1»):\n    out.append((number, <row>))\n=> out",
    "out = []\nfor <i> in <rows>:\n    for part in <i>«[~content~]¦.get(~content~, [])»:\n        out.append(part«[~text~]¦.get(~text~, ~~)¦[~id~]»)\n=> out",
    "out = []\nfor <i> in <rows>:\n    for part in (<i>.get(~content~) or []):\n        if «part.get(~type~) == ~text~¦~text~ in part¦part.get(~text~)»:\n            out.append(part[~text~])\n    out.append(<row>)\n=> out",
    "=> [c[~text~] for <i> in <rows> for c in <i>[~content~]«¦ if c»]",
    "=> [[c[~text~]«¦.strip()» for c in «<i>[~content~]¦<i>.get(~content~, [])¦(<i>.get(~content~) or [])»] for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    <change>\n    out.append((<row>, <row>))\n=> out",
    "rows = <rows>\nfor each in rows:\n    each«[~score~] = round(each[~score~], 1)¦[~filename~] += ~/x~¦[~content~][0][~text~] = ~x~»\n=> [(<row>, <string>) for <i> in rows]",
    "=> <zeroth> if <rows> else None",
    "=> len(<rows>)",
    "=> «bool(<rows>)¦not <rows>¦<rows> == []¦len(<rows>) > 0»",
    "=> [<row> for <i> in sorted(<rows>, key=lambda r: «r[~score~]¦r.get(~score~, 0)¦(r[~filename~], -r[~score~])»«¦, reverse=True»)«¦[:2]»]",
    "best = max(<rows>, key=lambda r: r[~score~], default=None)\n=> «best[~filename~] if best else None¦best and best[~filename~]¦best is None»",
    "=> «any¦all»(r[~score~] > 0.5 for r in <rows>)",
    "=> round(sum(r[~score~] for r in <rows>), 4)",
    "=> sorted({r[~filename~] for r in <rows>})",
    "=> [(n, <row>) for n, <i> in zip(range(2), <rows>)]",
    "=> {<i>[~file_id~]: <row> for <i> in <rows>}",
    "=> «~, ~¦~\\n~».join(<string> for <i> in <rows>)",
    "=> ~; ~.join([<string> for <i> in <rows>])",
    "=> list(map(lambda <i>: <row>, <rows>))",
    "=> [<row> for <i> in filter(lambda r: r[~score~] > 0.45, <rows>)]",
    "!from operator import itemgetter\n=> [<row> for <i> in sorted(<rows>, key=itemgetter(~score~))]",
    "=> next((<row> for <i> in <rows>), None)",
    "=> [<row> for <i> in <rows>[:2]]",
    "=> [<row> for <i> in <rows> if «<i>[~score~] > 0.5¦<i>.get(~score~, 0) >= 0.5¦~filename~ in <i>¦<i>¦<i>.get(~content~)¦isinstance(<i>, dict)¦<i>[~attributes~].get(~folder~)»]",
    "=> [<row> for <i> in reversed(<rows>)]",
    "out = []\nfor n in range(len(<rows>)):\n    out.append(<nth>)\n=> out",
    "out = []\nn = 0\nwhile n < len(<rows>):\n    out.append(<nth>)\n    n += 1\n=> out",
    "=> [{~name~: <row>, ~value~: <row>, ~n~: 1} for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    if ~attributes~ in <i> and ~folder~ in <i>[~attributes~]:\n        out.append(<i>[~attributes~][~folder~])\n=> out",
    "found = None\nfor <i> in <rows>:\n    if <i>[~score~] > 0.5:\n        found = <row>\n        break\n=> found",
    "out = []\nfor <i> in <rows>:\n    if not <i>.get(~content~):\n        continue\n    out.append(<row>)\n=> out",
    "out = []\nfor <i> in <rows>:\n    name, score = <i>[~filename~], <i>[~score~]\n    out.append(f~{name}={score:.2f}~)\n=> out",
    "=> [name for <i> in <rows> if (name := <i>[~filename~])]",
    "out = []\nfor <i> in <rows>:\n    try:\n        out.append(<row>)\n    except «KeyError¦(KeyError, IndexError)¦LookupError¦Exception»:\n        out.append(None)\n=> out",
    "found = <rows>\nfound.sort(key=lambda r: r[~filename~])\n=> [<row> for <i> in found]",
    "out = []\nout.extend(<row> for <i> in <rows>)\n=> out",
    "=> [*(<row> for <i> in <rows>)]",
    "seen = set()\nout = []\nfor <i> in <rows>:\n    name = <i>[~filename~]\n    if name in seen:\n        continue\n    seen.add(name)\n    out.append(<row>)\n=> out",
    "groups = {}\nfor <i> in <rows>:\n    groups.setdefault(<i>[~attributes~][~folder~], []).append(<row>)\n=> groups",
    "text = ~~\nfor <i> in <rows>:\n    text += <string> + ~; ~\n=> text",
    "for <i> in <rows>:\n    print(<row>)\n=> len(<rows>)",
    "counted = <rows>\n=> f~{len(counted)} rows~",
    "=> [(<row>, <row>) for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    attributes = <i>«[~attributes~]¦.get(~attributes~, {})»\n    meta = attributes.get(~file~, {})\n    out.append((attributes[~folder~], meta.get(~title~), meta.get(~year~, 0)))\n=> out",
    "!from dataclasses import asdict, dataclass\n@@dataclass\n@class Hit:\n@    name: str\n@    score: float\n@    text: str = ~~\n=> [asdict(Hit(«<i>[~filename~], <i>[~score~]¦name=<i>[~filename~], score=<i>[~score~], text=<i>[~content~][0][~text~]»)) for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    current = <i>\n    out.append(current[~filename~])\n=> out",
    "for <i> in <rows>:\n    answer = <row>\n    break\nelse:\n    answer = None\n=> answer",
    "copy = «list(<rows>)¦<rows>[:]¦<rows>.copy()¦tuple(<rows>)»\n=> [<row> for <i> in copy]",
    "out = []\nfor <i> in <rows>:\n    title = <i>.get(~attributes~, {}).get(~file~, {}).get(~title~)\n    out.append(title if title else <i>[~filename~])\n=> out",
    "out = []\nfor <i> in <rows>[«:1¦1:¦::2¦-1:»]:\n    out.append(<row>)\n=> out",
    "good = [<i> for <i> in <rows> if <i>[~score~] >= 0.5]\n=> [<row> for <i> in good]",
    "out = []\nfor <i> in <rows>:\n    content = <i>[~content~]\n    out.append(content[0][~text~] if content else ~~)\n=> out",
    "out = []\nfor <i> in <rows>:\n    parts = [c[~text~] for c in <i>.get(~content~, [])]\n    out.append((<i>[~filename~], ~ ~.join(parts)))\n=> out",
    "names, scores = [], []\nfor <i> in <rows>:\n    names.append(<i>[~filename~])\n    scores.append(<i>[~score~])\n=> (names, scores)",
    "by_name = {<i>[~filename~]: <i> for <i> in <rows>}\n=> {name: each[~score~] for name, each in by_name.items()}",
    "!from collections import Counter\n=> sorted(Counter(<i>[~filename~] for <i> in <rows>).items())",
    "top = <rows>[:2]\nout = [<row> for <i> in top]\n=> out",
    "=> list(zip([<row> for <i> in <rows>], [<row> for <i> in <rows>]))",
    "=> {~count~: len(<rows>), ~names~: [<i>[~filename~] for <i> in <rows>]}",
    "=> [c[~text~] for c in sum((<i>[~content~] for <i> in <rows>), [])]",
    "out = []\nfor <i> in <rows>:\n    out += [<row>]\n=> out",
    "texts = (c[~text~] for <i> in <rows> for c in <i>[~content~])\n=> list(texts)",
    "def each_of():\n    for <i> in <rows>:\n        yield <row>\n\n=> list(each_of())",
    "out = []\nfor <i> in <rows>: out.append(<row>)\n=> out",
    "out = []\nfor <i> in <rows>:\n    (name, where) = (<i>[~filename~], <i>[~attributes~][~folder~])\n    out.append((where, name))\n=> out",
    "total = 0\nfor <i> in <rows>:\n    total += <i>[~score~]\n=> round(total, 3)",
    "out = []\nfor <i> in <rows>:\n    entry = dict()\n    entry[~filename~] = <i>[~filename~]\n    entry[~content~] = <i>[~content~][0][~text~]\n    out.append(entry)\n=> [(e[~filename~], e[~content~]) for e in out]",
    "out = []\nfor <i> in <rows>:\n    filename = <i>[~filename~]\n    data = {~filename~: filename, ~data~: [filename]}\n    out.append(data[~data~])\n=> out",
    "lines = []\nfor <i> in <rows>:\n    lines.append(~* ~ + <string>)\nprint(*lines, sep=~, ~)\n=> len(lines)",
    "=> [[c[~text~][:5] for c in <i>[~content~]] for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    for c in <i>[~content~]:\n        text = c[~text~]\n        if not text:\n            break\n        out.append(text)\n    else:\n        out.append(~end~)\n=> out",
    "out = []\nfor <i> in <rows>:\n    for n, c in enumerate(<i>[~content~]):\n        out.append(f~{n}: {c[`text`][:9]}~)\n=> out",
    "matches = [m for m in (<i>[~filename~] for <i> in <rows>) if m.endswith(~.md~)]\n=> matches",
)  # fmt: skip
ODD_ROWS = (
    "@def describe(<i>):\n@    return <row>\n=> «[describe(each) for each in <rows>]¦list(map(describe, <rows>))»",
    "def text_of(part):\n    return part[~text~]\n\n=> [text_of(c) for <i> in <rows> for c in <i>[~content~]]",
    "def show(<i>):\n    return <row>\n\n=> [show(each) for each in <rows>]",
    "pick = lambda <i>: <row>\n=> [pick(each) for each in <rows>]",
    "@def first_text(row):\n@    for part in row[~content~]:\n@        if part.get(~text~):\n@            return part[~text~]\n@    return ~~\n=> [first_text(<i>) for <i> in <rows>]",
    "@def shown(rows):\n@    return [<row_of_row> for row in rows]\n=> shown(<rows>)",
    "=> <rows>",
    "first, *rest = <rows> or [None]\n=> (first and first[~filename~], len(rest))",
    "for <i> in <rows>:\n    <i>[~rank~] = round(<i>[~score~])\n=> [each[~rank~] for each in <rows>]",
    "=> [key for <i> in <rows> for key, value in <i>.items()]",
    "=> [{**<i>} for <i> in <rows>]",
    "out = []\nfor <i> in <rows>:\n    match <i>:\n        case {~filename~: name}:\n            out.append(name)\n=> out",
    "queue = list(<rows>)\nout = []\nwhile queue:\n    <i> = queue.pop(0)\n    out.append(<row>)\n=> out",
    "if <rows>:\n    <i> = <rows>.pop(«0¦»)\n    leave <row>\n=> None",
    "!from itertools import groupby\n=> [(key, len(list(each))) for key, each in groupby(<rows>, key=lambda r: r[~filename~])]",
    "!from functools import reduce\n=> reduce(lambda text, r: text + r[~filename~], <rows>, ~~)",
    "!from itertools import chain\n=> [c[~text~] for c in chain.from_iterable(r[~content~] for r in <rows>)]",
    "!from itertools import islice\n=> [<row> for <i> in islice(<rows>, 2)]",
    "it = iter(<rows>)\n<i> = next(it, None)\n=> <row> if <i> else None",
    "=> <rows>[-1][~filename~] if <rows> else None",
    "rows_again = <rows> + []\n=> [<row> for <i> in rows_again]",
    "=> [<row> for _, <i> in sorted((r[~score~], r) for r in <rows>[:1])]",
    "keep = []\nfor <i> in <rows>:\n    keep.append(<i>)\n=> [<row> for <i> in keep]",
    "best = None\nfor <i> in <rows>:\n    if best is None or <i>[~score~] > best[~score~]:\n        best = <i>\n=> best[~filename~] if best else None",
    "fields = (~filename~, ~score~)\n=> [[<i>[f] for f in fields] for <i> in <rows>]",
    "def dig(value, *keys):\n    for key in keys:\n        value = value[key]\n    return value\n\n=> [dig(<i>, ~attributes~, ~folder~) for <i> in <rows>]",
    "yielded = (<i> for <i> in <rows>)\n=> [<row> for <i> in yielded]",
    "<i> = <rows>[0] if <rows> else {}\n=> <i>.get(~filename~, ~nobody~)",
    "names = [n for n, _ in ((<i>[~filename~], <i>) for <i> in <rows>)]\n=> names",
    "out = []\nfor <i> in list(reversed(sorted(<rows>, key=lambda r: r[~score~]))):\n    out.append(<row>)\n=> out",
    "index = 0\nwhile True:\n    try:\n        <i> = <rows>[index]\n    except IndexError:\n        break\n    index += 1\n=> index",
    "if len(<rows>) > 1:\n    a, b = <rows>[0], <rows>[1]\n    leave a[~score~] >= b[~score~]\n=> False",
    "both = [<rows>, <rows>]\n=> [<row> for each in both for <i> in each]",
    "held = {~rows~: <rows>}\n=> [<row> for <i> in held[~rows~]]",
    "del <rows>[2:]\n=> [<row> for <i> in <rows>]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n@def show_row(row):\n@    return <row_of_row>\n=> ([show_row(<i>) for <i> in <rows>], show_row(SAMPLE))",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n=> [<row> for <i> in [*<rows>, SAMPLE]]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n=> [<row> for <i> in <rows> or [SAMPLE]]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\nout = [<row> for <i> in <rows>]\nfor <i> in [SAMPLE]:\n    out.append(<row>)\n=> out",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\nfound = [SAMPLE]\nfound.extend(<rows>)\n=> [<row> for <i> in found]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n<i> = SAMPLE\nfor <i> in <rows>:\n    pass\n=> <row>",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\nbest = SAMPLE\nfor <i> in <rows>:\n    if <i>[~score~] > best[~score~]:\n        best = <i>\n=> best[~filename~]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n=> (next(iter(<rows>), SAMPLE))[~filename~]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\npairs = list(zip(<rows>, [SAMPLE]))\n=> [(a[~filename~], b[~filename~]) for a, b in pairs]",
    "@SAMPLE = {~file_id~: ~1~, ~filename~: ~a/b.md~, ~score~: 0.9, ~attributes~: {~folder~: ~a/~, ~filename~: ~b.md~, ~modified_date~: 1, ~timestamp~: 1, ~file~: {~title~: ~B~}}, ~content~: [{~id~: ~1~, ~type~: ~text~, ~text~: ~llama~}]}\n=> SAMPLE in <rows>",
    "@CACHE = {}\nCACHE[query] = <rows>\n=> [<row> for <i> in CACHE[query]]",
    "wanted = ~filename~\n=> [<i>[wanted] for <i> in <rows>]",
    "=> [<i>.get(key) for <i> in <rows> for key in (~filename~, ~score~)]",
    "!import json\n=> json.loads(json.dumps(<rows>))[:1]",
    "!from types import SimpleNamespace\n=> [SimpleNamespace(**<i>).filename for <i> in <rows>]",
    "!from copy import deepcopy\n=> [<row> for <i> in deepcopy(<rows>)]",
    "=> [row[~filename~] for row in ({**<i>, ~n~: 1} for <i> in <rows>)]",
    "class Row:\n    def __init__(self, raw):\n        self.raw = raw\n        self.name = raw[~filename~]\n\n=> [(each.name, each.raw[~score~]) for each in map(Row, <rows>)]",
    "<i> = None\nfor <i> in <rows>:\n    break\n=> <i> and <i>[~filename~]",
    "out = []\nfor <i> in <rows>:\n    <i> = <i>[~content~]\n    out.append(<i>[0][~text~])\n=> out",
    "a, *b = [<row> for <i> in <rows>] or [None]\n=> (a, b)",
    "while <rows>:\n    <i> = <rows>[0]\n    leave <row>\n=> ~none~",
    "out = []\nfor left, right in zip(<rows>, <rows>[1:]):\n    out.append(left[~score~] >= right[~score~])\n=> out",
    "=> sorted(<rows>, key=lambda r: r[~filename~])[0][~filename~] if <rows> else None",
    "=> min((<i>[~attributes~][~timestamp~] for <i> in <rows>), default=None)",
    "try:\n    <i> = <rows>[0]\nexcept IndexError:\n    leave ~empty~\n=> <row>",
    "<i> = (<rows> or [None])[0]\n=> <i>[~filename~] if <i> is not None else None",
    "out = {}\nfor <i> in <rows>:\n    out[<i>[~filename~]] = max(out.get(<i>[~filename~], 0), <i>[~score~])\n=> out",
    "texts = [<i>[~content~] for <i> in <rows>]\n=> [t[0][~text~] for t in texts]",
    "attributes = [<i>[~attributes~] for <i> in <rows>]\n=> [a.get(~folder~) for a in attributes]",
    "=> [title for <i> in <rows> if (title := <i>[~attributes~][~file~].get(~title~))]",
    "out = []\nfor <i> in <rows>:\n    out.append(<i>[~filename~]) if <i>[~score~] > 0.5 else None\n=> out",
    "out = []\nfor <i> in <rows>:\n    del <i>[~content~]\n    out.append(<i>[~filename~])\n=> out",
)  # fmt: skip


def row_of(w: Writer, item: str) -> str:
    """An expression over one row."""
    template = w.choose(*(ODD_ITEMS if w.maybe(12) else w.choose(FIELDS, TEXTS)))
    if template.startswith("f") and not item.isidentifier():
        template = FIELDS[0]
    w.labels.append(f"row: {template}")
    return w.text(template, i=item)


def rows_of(
    w: Writer, rows: str, templates: Sequence[str] = (), **holes: str | Callable[[], str]
) -> tuple[list[str], str]:
    """Lines and an expression that make something of the rows."""
    item = w.choose("item", "row", "d", "hit", "chunk")
    return w.write(
        w.template("direct", templates) if templates else w.template("rows", ROWS, ODD_ROWS),
        **holes,
        i=item,
        rows=rows,
        row=lambda: row_of(w, item),
        row_of_row=lambda: row_of(w, "row"),
        nth=lambda: row_of(w, f"{rows}[n]"),
        zeroth=lambda: row_of(w, f"{rows}[0]"),
        string=lambda: w.text(w.template("string", STRINGS, ODD_STRINGS), i=item),
        change=lambda: w.text(w.template("change", CHANGES), i=item),
    )


def _reading(
    w: Writer, place: Place, library: str, response: str, call: str
) -> dict[str, str | Callable[[], str]]:
    return {
        "r": response,
        "ok": "ok" if library == "requests" else "is_success",
        "key": "response" if place.endpoint == "ai-search" else "data",
        "call": call,
        "called": f"({call})" if call.startswith("await ") else call,
        "lib": library,
        "Timeout": "Timeout" if library == "requests" else "TimeoutException",
        "HTTPError": "HTTPError" if library == "requests" else "HTTPStatusError",
    }


def fetching_of(
    w: Writer, place: Place, library: str, response: str, call: str
) -> tuple[list[str], str]:
    """Lines that send, and an expression for what is handed to who reads."""
    holes = _reading(w, place, library, response, call)
    lines, value = w.write(w.template("fetched", FETCHED), **holes)
    return ["\0" + "\n".join(lines)] if lines else [], value


def reading_of(
    w: Writer, place: Place, library: str, response: str, call: str
) -> tuple[list[str], str]:
    """Lines that send and read the answer, and an expression for what came of it."""
    holes = _reading(w, place, library, response, call)
    if w.maybe(6):
        more, value = rows_of(w, "", DIRECT, **holes)
        return ["\0" + line for line in [*more, f"value = {value}"]], "value"
    if w.maybe(5):
        lines, holes["root"] = w.write(w.template("chain", CHAINS), **holes)
        lines = ["\0" + "\n".join(lines)]
    else:
        assignment = w.template("assignment", ASSIGNMENTS)
        if "<lib>" in assignment:
            w.need(f"import {library}")
        lines = ["\0" + "\n".join(w.write(assignment, **holes)[0])]
        lines += w.write(w.template("check", CHECKS), **holes)[0]
        more, holes["root"] = w.write(w.template("root", ROOTS, ODD_ROOTS), **holes)
        lines += more
    more, value = read_of(w, place, holes)
    return [*lines, *more], value


def read_of(
    w: Writer, place: Place, holes: dict[str, str | Callable[[], str]]
) -> tuple[list[str], str]:
    """Lines that read the answer ``<root>``, and an expression for what came of it."""
    lines: list[str] = []

    def add(template: str) -> str:
        more, value = w.write(template, **holes)
        lines.extend(more)
        return value

    if w.maybe(3):
        add(w.template("guard", GUARDS, ODD_GUARDS))
    holes["result"] = add(w.template("result", RESULTS, ODD_RESULTS))
    pieces: list[str] = []
    kinds = ("rows",) if place.endpoint == "search" else ("answer", "rows")
    for number in range(w.choose(1, 1, 2, 3)):
        kind = w.choose("other", "raw", "other") if w.maybe(8) else w.choose(*kinds)
        if kind == "rows":
            holes["data"] = w.write(w.choose(*DATA), **holes)[1]
            rows = add(w.choose(*NAMED_DATA)) if w.maybe(2) else str(holes["data"])
            more, value = rows_of(w, rows)
            lines += more
        else:
            templates = {"answer": (ANSWERS, ODD_ANSWERS), "other": (OTHERS,), "raw": (RAW,)}
            value = add(w.template(kind, *templates[kind]))
        if value.isidentifier() and number == 0:
            lines.append(f"value = {value}")
            value = "value"
        pieces.append(value)
    return lines, _together(w, pieces)


def _together(w: Writer, pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    if w.maybe(2):
        return w.mapping([(f"v{number}", piece) for number, piece in enumerate(pieces)])
    return f"({', '.join(pieces)})"


# --- Streams --------------------------------------------------------------------------------------

# <source> are the lines, <data> one of them without its prefix, <take> what is done with a piece.
SINKS = (
    "parts = []\n<loop>\n=> «~~.join(parts)¦parts»\nparts.append(<piece>)",
    "<loop>\nyield <piece>",
    "text = ~~\n<loop>\n=> text\ntext += <piece>",
    "<loop>\n=> None\nprint(<piece>, end=~~)",
)
PIECES = (
    "json.loads(data)[~response~]",
    "json.loads(data).get(~response~, ~~)",
    "json.loads(data).get(~response~) or ~~",
)
TAKES = (
    "<take>",
    "try:\n    piece = <parsed>\nexcept «json.JSONDecodeError¦ValueError¦(ValueError, KeyError)»:\n    continue\n<take_piece>",
    "event = json.loads(data)\nif ~response~ in event:\n    <take_event>",
    "event = json.loads(data)\n<take_event>",
    "piece = <parsed>\nif piece:\n    <take_piece>",
    "if data:\n    <take>",
)
LOOPS = (
    "if not line.startswith(<prefix>):\n    continue\ndata = <cut>\nif data == <done>:\n    <ends>\n<use>",
    "if line.startswith(<prefix>):\n    data = <cut>\n    if data == <done>:\n        <ends>\n    <use>",
    "if not line:\n    continue\nif line.startswith(<prefix>):\n    data = <cut>\n    if data == <done>:\n        <ends>\n    <use>",
    "if line.startswith(<prefix>) and <done> not in line:\n    data = <cut>\n    <use>",
    "if line == b_<prefix_done>:\n    <ends>\nif not line.startswith(<prefix>):\n    continue\ndata = <cut>\n<use>",
    "if not line or not line.startswith(<prefix>):\n    continue\ndata = <cut>\nif data != <done>:\n    <use>",
)
CUTS = ("line[6:]", "line[len(<prefix>):]", "line.removeprefix(<prefix>)", "line[6:].strip()")


def stream_of(w: Writer, library: str, response: str, *, is_async: bool) -> tuple[list[str], str]:
    """Lines that read a stream, and what came of it; "" from a generator."""
    w.need("import json")
    form = (
        w.choose("decode_unicode=True", "", "bytes", "chunk_size=1, decode_unicode=True")
        if library == "requests"
        else ""
    )
    if library == "requests":
        source = f"{response}.iter_lines({'' if form == 'bytes' else form})"
    else:
        source = f"{response}.aiter_lines()" if is_async else f"{response}.iter_lines()"
    raw = "b" if form == "bytes" else ""
    decode = "line = line.decode(«¦~utf-8~»)\n" if library == "requests" and form == "" else ""
    sink = w.template("sink", SINKS)
    before, _, take = sink.rpartition("\n")
    plain, _, value = before.partition("\n=>")
    piece = w.choose(*PIECES)

    def taking(what: str) -> str:
        return w.text(take, piece=w.text(what))

    use = w.text(
        w.template("take", TAKES),
        take=lambda: taking(piece),
        take_piece=lambda: taking("piece"),
        take_event=lambda: taking("event[~response~]"),
        parsed=lambda: w.text(piece),
    )
    prefix = raw + w.text("~data: ~")
    inside = w.text(
        decode + w.template("lines", LOOPS).replace("b_<prefix_done>", raw + "~data: [DONE]~"),
        prefix=prefix,
        cut=lambda: w.text(w.choose(*CUTS), prefix=prefix),
        done=raw + w.text("~[DONE]~"),
        ends="return" if "yield" in take and w.maybe() else w.choose("break", "continue"),
        use=use,
    )
    loop = f"{'async ' if is_async else ''}for line in {source}:\n{_indented(inside)}"
    return w.text(plain, loop=loop).split("\n"), w.text(value.strip())


# --- What sends -----------------------------------------------------------------------------------

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
        **_holes(w, place),
        "lib": library,
        "short": library[:2],
        "async": "async " if is_async else "",
        "Client": kind,
        "client": kind.lower(),
        "CLIENT": kind.upper(),
        "c": w.choose("session", "s", "http")
        if library == "requests"
        else w.choose("client", "http", "c"),
        "base": lambda: w.text(f"f~{base}~", **_holes(w, place)),
    }
    sender.signs = "<headers>" in template
    if "<base>" in template:
        sender.base = (
            base,
            w.text(
                ("f" if "<name>" in path and not place.is_fixed else "") + f"~{path}~",
                **_holes(w, place),
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


# --- Functions and modules ------------------------------------------------------------------------


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
        text = f"try:\n{_indented(text)}\nexcept {error}{w.choose('', ' as error')}:\n    {handler}"
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
    holes = _reading(w, place, sender.library, "reply", call)
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
        call = f"{callee}(\n{_indented(shown)}\n)"
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
    block = "\n".join([f"{opens} {call} as {response}:", _indented("\n".join(reads))])
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
    block = _indented("\n".join(plain[start:end]))
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
    return Function(name, [head, *_indented(remark + text).split("\n")], calls, generates)


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
        text = f"for query in {list(QUERIES[:2])!r}:\n{_indented(text)}"
    else:
        text = f"query = {w.choose(*QUERIES[:2])!r}\n{text}"
    if w.maybe():
        text = f"if __name__ == {w.q('__main__')}:\n{_indented(text)}"
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
            lines = f"def make():\n{_indented(lines)}\n\n    return {name}"
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
        f"def __init__({parameters}):\n{_indented(setup)}",
        *("\n".join(each.lines) for each in functions),
    ]
    text = "class Handbook:\n" + "\n\n".join(_indented(each) for each in parts)
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
