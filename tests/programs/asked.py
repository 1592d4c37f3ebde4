"""What is asked: filters, fields, parameters and payloads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .places import Place
from .writer import MODEL, RERANKER, Writer


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
