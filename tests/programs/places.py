"""Where a call leads: accounts, URLs, tokens and headers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .writer import ACCOUNT, ROOT, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

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


def holes_of(w: Writer, place: Place) -> dict[str, str | Callable[[], str]]:
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
    return w.write(w.template("url", plain, odd), **holes_of(w, place))


def headers_of(w: Writer) -> str:
    return w.write(w.choose(*HEADERS))[1]
