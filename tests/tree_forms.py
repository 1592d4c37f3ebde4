"""Forms that programs of several modules are made of: templates as `programs` reads them.

``§NAME`` is a name of the program, written as the module that it stands in imports it.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ASYNC_USES",
    "CONFIGS",
    "DECORATORS",
    "LIBRARIES",
    "NEIGHBOURS",
    "ODD_DECORATORS",
    "ODD_UNWRAPS",
    "ODD_USES",
    "SET_CONFIGS",
    "STREAMS",
    "STREAMS_HTTPX",
    "UNWRAPS",
    "USES",
    "WHOLE_URLS",
    "Library",
]


class Library(NamedTuple):
    """What sends.

    Attributes:
        name: Its name, for labels.
        host: What stands before ``/accounts``.
        sends: Lines that send <payload> to <url> with <headers>, and the envelope that comes of it.
        in_class: The same with a client on ``self``.
        is_async: Whether it is awaited.
        response: Whether some of `sends` have a response ``response``, with ``json()``.
    """

    name: str
    host: str
    sends: tuple[str, ...]
    in_class: tuple[str, ...] = ()
    is_async: bool = False
    response: bool = False


_CHECK = "«response.raise_for_status()\n¦¦¦if response.status_code != 200:\n    leave None\n¦if response.status_code >= 400:\n    raise RuntimeError(response.status_code)\n¦if not response.<ok>:\n    print(~status~, response.status_code)\n»"
_STATUS = "«¦¦if response.status != 200:\n    leave {}\n¦if response.status >= 400:\n    raise RuntimeError(response.status)\n»"
_API = "https://api.cloudflare.com/client/v4"
_KEY = "api_token=§API_TOKEN, max_retries=0"
_PLAIN = "url=<url>, json=<payload>, headers=<headers>"

LIBRARIES = (
    Library(
        "requests",
        _API,
        (
            f"!import requests\nresponse = requests.post(<url>, json=<payload>, headers=<headers>«¦, timeout=10»)\n{_CHECK}=> response.json()",
            f"!import requests as rq\nresponse = rq.post({_PLAIN})\n{_CHECK}=> response.json()",
            f"!from requests import post\nresponse = post({_PLAIN})\n{_CHECK}data = response.json()\n=> data",
            f"!import requests\n!import json\nresponse = requests.request(~POST~, <url>, data=json.dumps(<payload>), headers=<headers>)\n{_CHECK}=> response.json()",
            f"!import requests\nwith requests.Session() as session:\n    session.headers.update(<headers>)\n    response = session.post(<url>, json=<payload>)\n{_CHECK}=> response.json()",
            f"!import requests\n@SESSION = requests.Session()\nresponse = SESSION.post(<url>, json=<payload>, headers=<headers>)\n{_CHECK}=> response.json()",
            "!import requests\ntry:\n    response = requests.post(<url>, json=<payload>, headers=<headers>)\n    response.raise_for_status()\nexcept requests.HTTPError as error:\n    leave «{~status~: error.response.status_code}¦None¦error.response.json()»\n=> response.json()",
            "!import requests\nprepared = requests.Request(~POST~, <url>, json=<payload>, headers=<headers>).prepare()\nresponse = requests.Session().send(prepared)\n=> response.json()",
            "!import functools\n!import requests\nsend = functools.partial(requests.post, headers=<headers>)\nresponse = send(<url>, json=<payload>)\n=> response.json()",
        ),
        (
            f"!import requests\n&self.session = requests.Session()\n&self.session.headers.update(<headers>)\nresponse = self.session.post(<url>, json=<payload>)\n{_CHECK}=> response.json()",
            f"!import requests\n&self.http = requests\nresponse = self.http.post(<url>, json=<payload>, headers=<headers>)\n{_CHECK}=> response.json()",
        ),
        response=True,
    ),
    Library(
        "httpx",
        _API,
        (
            f"!import httpx\nresponse = httpx.post(<url>, json=<payload>, headers=<headers>)\n{_CHECK}=> response.json()",
            f"!import httpx\nwith httpx.Client(headers=<headers>) as client:\n    response = client.post(<url>, json=<payload>)\n{_CHECK}=> response.json()",
            f"!import httpx\n@CLIENT = httpx.Client(timeout=30)\nresponse = CLIENT.request(~POST~, <url>, json=<payload>, headers=<headers>)\n{_CHECK}=> response.json()",
            "!import httpx\ntry:\n    response = httpx.post(<url>, json=<payload>, headers=<headers>)\n    response.raise_for_status()\nexcept httpx.HTTPStatusError as error:\n    leave «None¦error.response.json()¦{~code~: error.response.status_code}»\n=> response.json()",
            "!import httpx\nwith httpx.Client() as client:\n    request = client.build_request(~POST~, <url>, json=<payload>, headers=<headers>)\n    response = client.send(request)\n=> response.json()",
        ),
        (
            f"!import httpx\n&self.client = httpx.Client(headers=<headers>)\nresponse = self.client.post(<url>, json=<payload>)\n{_CHECK}=> response.json()",
        ),
        response=True,
    ),
    Library(
        "httpx async",
        _API,
        (
            f"!import httpx\nasync with httpx.AsyncClient() as client:\n    response = await client.post(<url>, json=<payload>, headers=<headers>)\n{_CHECK}=> response.json()",
            f"!import httpx\nasync with httpx.AsyncClient(headers=<headers>, timeout=30) as client:\n    response = await client.post(<url>, json=<payload>)\n{_CHECK}data = response.json()\n=> data",
        ),
        is_async=True,
        response=True,
    ),
    Library(
        "aiohttp",
        _API,
        (
            f"!import aiohttp\nasync with aiohttp.ClientSession() as session:\n    async with session.post(<url>, json=<payload>, headers=<headers>) as response:\n        {_STATUS.replace(chr(10), chr(10) + '        ')}data = await response.json()\n=> data",
            "!import aiohttp\nasync with aiohttp.ClientSession(headers=<headers>) as session, session.post(<url>, json=<payload>) as response:\n    data = await response.json()\n=> data",
            "!import aiohttp\n!import json\nasync with aiohttp.ClientSession() as session:\n    response = await session.post(<url>, json=<payload>, headers=<headers>)\n    text = await response.text()\n=> json.loads(text)",
            "!import aiohttp\ntry:\n    async with aiohttp.ClientSession(raise_for_status=True) as session:\n        async with session.post(<url>, json=<payload>, headers=<headers>) as response:\n            data = await response.json()\nexcept aiohttp.ClientResponseError as error:\n    leave «None¦{~status~: error.status}»\n=> data",
        ),
        is_async=True,
    ),
    Library(
        "urllib",
        _API,
        (
            "!import json\n!import urllib.request\nrequest = urllib.request.Request(<url>, data=json.dumps(<payload>).encode(), headers=<headers>, method=~POST~)\nwith urllib.request.urlopen(request) as response:\n    data = json.«load(response)¦loads(response.read())¦loads(response.read().decode(~utf-8~))»\n=> data",
            "!import json\n!import urllib.error\n!import urllib.request\nrequest = urllib.request.Request(<url>, json.dumps(<payload>).encode(~utf-8~), <headers>)\ntry:\n    with urllib.request.urlopen(request) as response:\n        data = json.load(response)\nexcept urllib.error.HTTPError as error:\n    leave «{~status~: error.code}¦None¦json.load(error)»\n=> data",
            "!import json\n!from urllib.request import Request, urlopen\nwith urlopen(Request(<url>, data=json.dumps(<payload>).encode(), headers=<headers>)) as response:\n    body = response.read()\n=> json.loads(body)",
        ),
    ),
    Library(
        "urllib3",
        _API,
        (
            f"!import urllib3\n@POOL = urllib3.PoolManager(retries=False)\nresponse = POOL.request(~POST~, <url>, json=<payload>, headers=<headers>)\n{_STATUS}=> response.json()",
            f"!import json\n!import urllib3\nresponse = urllib3.PoolManager(retries=False).request(~POST~, <url>, body=json.dumps(<payload>), headers=<headers>)\n{_STATUS}=> json.loads(response.data«¦.decode()»)",
            f"!import urllib3\nresponse = urllib3.request(~POST~, <url>, json=<payload>, headers=<headers>)\n{_STATUS}=> response.json()",
        ),
        (
            f"!import urllib3\n&self.pool = urllib3.PoolManager(headers=<headers>, retries=False)\nresponse = self.pool.request(~POST~, <url>, json=<payload>)\n{_STATUS}=> response.json()",
        ),
    ),
    Library(
        "cloudflare",
        "",
        (
            f"!from cloudflare import Cloudflare\n@SDK = Cloudflare({_KEY})\n=> SDK.post(<url>, cast_to=object, body=<payload>)",
            f"!from cloudflare import Cloudflare\n!import httpx\nclient = Cloudflare({_KEY})\nresponse = client.post(<url>, cast_to=httpx.Response, body=<payload>)\n=> response.json()",
            f"!import cloudflare\ntry:\n    data = cloudflare.Cloudflare({_KEY}).post(<url>, cast_to=object, body=<payload>)\nexcept cloudflare.APIStatusError as error:\n    leave «None¦{{~status~: error.status_code}}»\n=> data",
        ),
        (
            f"!from cloudflare import Cloudflare\n&self.cf = Cloudflare({_KEY})\n=> self.cf.post(<url>, cast_to=object, body=<payload>)",
        ),
    ),
    Library(
        "cloudflare async",
        "",
        (
            f"!from cloudflare import AsyncCloudflare\nasync with AsyncCloudflare({_KEY}) as client:\n    data = await client.post(<url>, cast_to=object, body=<payload>)\n=> data",
        ),
        is_async=True,
    ),
    Library(
        "http.client",
        "/client/v4",
        (
            "!import http.client\n!import json\nconnection = http.client.HTTPSConnection(~api.cloudflare.com~)\nconnection.request(~POST~, <url>, json.dumps(<payload>), <headers>)\nresponse = connection.getresponse()\n"
            + _STATUS
            + "=> json.loads(response.read()«¦.decode()»)",
        ),
    ),
)

# What stands before the endpoint; <rags> are all instances, <host> and <account> their pieces.
CONFIGS = (
    "@RAG_BASE = f~<rags>/docs~\n=> §RAG_BASE",
    "@RAG_BASE: str = f~<rags>/docs~\n=> §RAG_BASE",
    "@RAGS = f~<rags>~\n@RAG_NAME = ~docs~\n=> f~{§RAGS}/{§RAG_NAME}~",
    "@API_HOST = ~<host>~\n@RAG_PATH = f~/accounts/{<account>}/autorag/rags/docs~\n=> §API_HOST + §RAG_PATH",
    "!import os\n@API_HOST = os.environ.get(~CF_API_HOST~, ~<host>~)\n=> f~{§API_HOST}/accounts/{§ACCOUNT_ID}/autorag/rags/docs~",
    "@class Settings:\n@    base = f~<rags>~\n@    rag = ~docs~\n=> f~{§Settings.base}/{§Settings.rag}~",
    "!from dataclasses import dataclass\n@@dataclass\n@class Settings:\n@    account: str\n@    rag: str = ~docs~\n@    host: str = ~<host>~\n@settings = Settings(<account>)\n=> f~{§settings.host}/accounts/{§settings.account}/autorag/rags/{§settings.rag}~",
    "!from dataclasses import dataclass\n@@dataclass«¦(frozen=True)»\n@class Settings:\n@    account: str = <account>\n@    rag: str = ~docs~\n@    @property\n@    def rag_url(self):\n@        return f~<host>/accounts/{self.account}/autorag/rags/{self.rag}~\n@settings = Settings()\n=> §settings.rag_url",
    "@CONFIG = {~base~: f~<rags>/docs~, ~timeout~: 10}\n=> §CONFIG[~base~]",
    "@def rag_base(rag=~docs~):\n@    return f~<rags>/{rag}~\n=> §rag_base()",
    "@def rag_base(rag):\n@    return ~/~.join([~<host>~, ~accounts~, <account>, ~autorag/rags~, rag])\n=> §rag_base(~docs~)",
    "!from typing import NamedTuple\n@class Place(NamedTuple):\n@    account: str\n@    rag: str\n@PLACE = Place(<account>, ~docs~)\n=> f~<host>/accounts/{§PLACE.account}/autorag/rags/{§PLACE.rag}~",
    "!import types\n@PLACES = types.SimpleNamespace(base=f~<rags>/docs~)\n=> §PLACES.base",
)
# What ``.env`` sets, as KB_URL.
SET_CONFIGS = (
    "!import os\n@RAG_BASE = os.environ[~KB_URL~]\n=> §RAG_BASE",
    "!import os\n@RAG_BASE = os.«getenv¦environ.get»(~KB_URL~«¦, ~~»)\n=> §RAG_BASE",
    "!import os\n@RAG_BASE = os.environ.get(~KB_URL~) or f~<rags>/docs~\n=> §RAG_BASE",
    "!import os\n@KB_URL = os.environ[~KB_URL~].rstrip(~/~)\n@if not KB_URL:\n@    raise SystemExit(~KB_URL is not set~)\n=> §KB_URL",
    "!import os\n@class Settings:\n@    base = os.environ[~KB_URL~]\n=> §Settings.base",
    "!import os\n@class Settings:\n@    def __init__(self):\n@        self.kb_url = os.getenv(~KB_URL~, ~~)\n@settings = Settings()\n=> §settings.kb_url",
    "!import os\n@def rag_base(name=~KB_URL~):\n@    return os.environ[name]\n=> §rag_base()",
    "!import os\n@def rag_base():\n@    return os.environ[~KB_URL~]\n=> §rag_base()",
    "!import os\n@CONFIG = {~base~: os.environ[~KB_URL~], ~timeout~: 10}\n=> §CONFIG[~base~]",
    "!from pydantic_settings import BaseSettings\n@class Settings(BaseSettings):\n@    kb_url: str«¦ = ~~»\n@settings = Settings()\n=> §settings.kb_url",
    "!import os\n!from pydantic import BaseModel, Field\n@class Settings(BaseModel):\n@    kb_url: str = Field(default_factory=lambda: os.environ[~KB_URL~])\n@settings = Settings()\n=> §settings.kb_url",
)
# The whole URL; <end> is a part of an f-string, <arg> an expression.
WHOLE_URLS = (
    "@def rag_url(endpoint):\n@    return f~<rags>/docs/{endpoint}~\n=> §rag_url(<arg>)",
    "@def rag_url(endpoint, rag=~docs~):\n@    return ~<host>/accounts/~ + <account> + ~/autorag/rags/~ + rag + ~/~ + endpoint\n=> §rag_url(<arg>)",
    "@RAG_URLS = {~search~: f~<rags>/docs/search~, ~ai-search~: f~<rags>/docs/ai-search~}\n=> §RAG_URLS[<arg>]",
    "@TEMPLATE = ~<host>/accounts/{}/autorag/rags/docs/{}~\n=> §TEMPLATE.format(§ACCOUNT_ID, <arg>)",
    "@TEMPLATE = ~<host>/accounts/%s/autorag/rags/docs/%s~\n=> §TEMPLATE % (§ACCOUNT_ID, <arg>)",
    "@class Urls:\n@    base = f~<rags>~\n@    @classmethod\n@    def of(cls, endpoint):\n@        return f~{cls.base}/docs/{endpoint}~\n=> §Urls.of(<arg>)",
    "@class Urls:\n@    @staticmethod\n@    def of(endpoint):\n@        return f~<rags>/docs/{endpoint}~\n=> §Urls.of(<arg>)",
    "@rag_url = lambda endpoint: f~<rags>/docs/{endpoint}~\n=> §rag_url(<arg>)",
)

DECORATORS = (
    "!import functools\n@def timed(function):\n@    @functools.wraps(function)\n@    def inner(*args, **kwargs):\n@        return function(*args, **kwargs)\n@    return inner\n=> @timed",
    "!import functools\n@def tried(times):\n@    def decorate(function):\n@        @functools.wraps(function)\n@        def inner(*args, **kwargs):\n@            return function(*args, **kwargs)\n@        return inner\n@    return decorate\n=> @tried(2)",
)
ODD_DECORATORS = (
    "@SEEN = []\n@def noted(function):\n@    def inner(*args, **kwargs):\n@        found = function(*args, **kwargs)\n@        SEEN.append(type(found).__name__)\n@        return found\n@    return inner\n=> @noted",
    "@KEPT = {}\n@def kept(function):\n@    def inner(*args, **kwargs):\n@        KEPT[function.__name__] = function(*args, **kwargs)\n@        return KEPT[function.__name__]\n@    return inner\n=> @kept",
    "@REGISTRY = {}\n@def registered(function):\n@    REGISTRY[function.__name__] = function\n@    return function\n=> @registered",
)

# What a wrapper makes of the envelope <d>, by what it then gives.
# What uses the same helper <f> for another API, or for none.
NEIGHBOURS = (
    "<async>def run_model(prompt):\n    data = <w><f>(~../../../../ai/run/@cf/meta/llama~, <given>)\n    return data[~result~][~response~]",
    "<async>def status_of(query):\n    return <w><f>(~status~, <given>)",
    "<async>def raw(path, payload):\n    return <w><f>(path, <any>)",
)

STREAMS = (
    "!import requests\nresponse = requests.post(<url>, json=<payload>, headers=<headers>, stream=True)\n<read>",
    "!import requests\nwith requests.post(<url>, json=<payload>, headers=<headers>, stream=True) as response:\n    <read>",
)
STREAMS_HTTPX = (
    "!import httpx\nwith httpx.stream(~POST~, <url>, json=<payload>, headers=<headers>) as response:\n    <read>",
    "!import httpx\nwith httpx.Client() as client, client.stream(~POST~, <url>, json=<payload>, headers=<headers>) as response:\n    <read>",
)
"""Lines that send and <read> a stream."""

UNWRAPS: dict[str, tuple[str, ...]] = {
    "envelope": (
        "=> <d>",
        "data = <d>\n=> data",
        "data = <d>\nif not data.get(~success~):\n    raise RuntimeError(~failed~)\n=> data",
    ),
    "result": (
        "=> <d>[~result~]",
        "=> <d>.get(~result~, {})",
        "=> <d>.get(~result~) or {}",
        "@def result_of(envelope):\n@    return envelope[~result~]\n=> result_of(<d>)",
        "@def result_of(envelope):\n@    if not envelope.get(~success~):\n@        raise RuntimeError(~failed~)\n@    return envelope.get(~result~, {})\n=> result_of(<d>)",
        "data = <d>\nif not data[~success~]:\n    leave {}\n=> data[~result~]",
    ),
    "rows": (
        "=> <d>[~result~][~data~]",
        "=> <d>.get(~result~, {}).get(~data~, [])",
        "result = <d>.get(~result~) or {}\n=> result.get(~data~) or []",
        "@def rows_of(envelope):\n@    return envelope.get(~result~, {}).get(~data~, [])\n=> rows_of(<d>)",
        "=> [row for row in <d>[~result~][~data~] if row[~score~] > 0.1]",
        "=> sorted(<d>[~result~][~data~], key=lambda row: row[~filename~])",
    ),
    "generator": (
        "for row in <d>[~result~][~data~]:\n    yield row",
        "yield from <d>.get(~result~, {}).get(~data~, [])",
    ),
    "answer": (
        "=> <d>[~result~][~response~]",
        "=> <d>.get(~result~, {}).get(~response~, ~nothing~)",
    ),
    "names": (
        "=> [row[~filename~] for row in <d>[~result~][~data~]]",
        "=> [{~name~: row[~filename~], ~text~: row[~content~][0][~text~]} for row in <d>[~result~][~data~]]",
        "=> {row[~filename~]: row[~score~] for row in <d>.get(~result~, {}).get(~data~, [])}",
    ),
    "pair": (
        "data = <d>\n=> (data[~result~][~data~], data[~success~])",
        "result = <d>[~result~]\n=> result[~data~], len(result[~data~])",
    ),
    "object": (
        "@class Found:\n@    def __init__(self, envelope):\n@        self.rows = envelope[~result~][~data~]\n@        self.ok = envelope[~success~]\n=> Found(<d>)",
        "!from dataclasses import dataclass\n@@dataclass\n@class Found:\n@    rows: list\n@    ok: bool = True\n=> Found(<d>[~result~][~data~])",
    ),
    "response": ("=> response",),
}
ODD_UNWRAPS: dict[str, tuple[str, ...]] = {
    "envelope": (
        "data = <d>\ndata[~asked~] = True\n=> data",
        "@HISTORY = []\nHISTORY.append(<d>)\n=> HISTORY[-1]",
        "=> {**<d>}",
    ),
    "result": ("data = <d>\n=> data.get(~result~) or data", "=> <d>.pop(~result~)"),
    "rows": ("rows = <d>[~result~][~data~]\nrows.reverse()\n=> rows",),
}

# How an answer is got: <f> is what asks, <w> is ``await`` where it must be.
USES = (
    "data = <w><f>(query)\n=> data",
    "data = <w><f>(query)\n=> data",
    "data = <w><f>(query)\nfound = data\n=> found",
    "data = <w><f>(query)\nif data is None:\n    leave ~none~\n=> data",
    "data = <w><f>(query=query)\n=> data",
    "=> (<w><f>(query))",
    "try:\n    data = <w><f>(query)\nexcept RuntimeError:\n    leave ~refused~\n=> data",
    "for each in [query]:\n    data = <w><f>(each)\n=> data",
    "@<async>def fetched(query):\n@    return <w><f>(query)\ndata = <w>fetched(query)\n=> data",
    "@<async>def fetched(query, shorten=False):\n@    found = <w><f>(query[:9] if shorten else query)\n@    return found\ndata = <w>fetched(query)\n=> data",
)
ASYNC_USES = (
    "!import asyncio\n(data,) = await asyncio.gather(<f>(query))\n=> data",
    "!import asyncio\ntask = asyncio.create_task(<f>(query))\ndata = await task\n=> data",
    "!import asyncio\ndata = await asyncio.wait_for(<f>(query), 30)\n=> data",
)
# Uses that are seldom; what begins with ``sync`` needs a plain function.
ODD_USES = (
    "@<async>def applied(function, query):\n@    return <w>function(query)\ndata = <w>applied(<f>, query)\n=> data",
    "route = {~it~: <f>}\ndata = <w>route[~it~](query)\n=> data",
    "ask = <f>\ndata = <w>ask(query)\n=> data",
    "!import functools\nask = functools.partial(<f>, query)\ndata = <w>ask()\n=> data",
    "ask = lambda text: <f>(text)\ndata = <w>ask(query)\n=> data",
    "def maker():\n    <async>def inner(text):\n        return <w><f>(text)\n    return inner\n\ndata = <w>maker()(query)\n=> data",
    "@class Desk:\n@    <async>def load(self, query):\n@        self.last = <w><f>(query)\n@    def shown(self):\n@        return self.last\ndesk = Desk()\n<w>desk.load(query)\n=> «desk.last¦desk.shown()»",
    "@CACHE = {}\nif query not in CACHE:\n    CACHE[query] = <w><f>(query)\n=> CACHE[query]",
    "@LAST = None\n@<async>def remember(query):\n@    global LAST\n@    LAST = <w><f>(query)\n<w>remember(query)\n=> LAST",
    "holder = [<w><f>(query)]\n=> holder[0]",
    "@<async>def fetched(query):\n@    try:\n@        return <w><f>(query)\n@    except Exception:\n@        return «None¦{}¦[]»\ndata = <w>fetched(query)\n=> data",
    "@SAMPLE = {~success~: True, ~result~: {~search_query~: ~?~, ~response~: ~sample~, ~data~: []}}\ndata = <w><f>(query) if query else SAMPLE\n=> data",
    "@SAMPLES = [{~success~: True, ~result~: {~response~: ~sample~, ~data~: []}}]\ndata = <w><f>(query)\nSAMPLES.append(data)\n=> SAMPLES[-1]",
    "@EVENTS = {}\n@def on(name):\n@    def keep(function):\n@        EVENTS[name] = function\n@        return function\n@    return keep\n@@on(~ask~)\n@<async>def handler(query):\n@    return <w><f>(query)\ndata = <w>EVENTS[~ask~](query)\n=> data",
    "@class Base:\n@    <async>def fetch(self, query):\n@        raise NotImplementedError\n@    <async>def run(self, query):\n@        return <w>self.fetch(query)\n@class Real(Base):\n@    <async>def fetch(self, query):\n@        return <w><f>(query)\ndata = <w>Real().run(query)\n=> data",
    "@class Plug:\n@    def __init__(self, fetch=None):\n@        self.fetch = fetch or <f>\ndata = <w>Plug().fetch(query)\n=> data",
    "@class Plug:\n@    fetch = staticmethod(<f>)\ndata = <w>Plug.fetch(query)\n=> data",
    "@class Box:\n@    pass\nbox = Box()\nbox.data = <w><f>(query)\n=> «box.data¦vars(box)[~data~]¦getattr(box, ~data~)»",
    "data, extra = (<w><f>(query)), {~n~: 1}\nextra[~data~] = data\n=> extra[~data~]",
    "data = <w><f>(query)\ndef later():\n    return data\n\n=> later()",
    "state = {~data~: <w><f>(query), ~query~: query}\n=> state[~data~]",
    "sync data = sorted([(1, 0, <f>(query))], key=lambda each: each[0])[0][2]\n=> data",
    "sync @class Answers:\n@    def __getitem__(self, query):\n@        return <f>(query)\n=> Answers()[query]",
    "sync @class Answers:\n@    def __call__(self, query):\n@        return <f>(query)\n=> Answers()(query)",
    "sync @class Answers:\n@    def __init__(self, query):\n@        self.query = query\n@    def __iter__(self):\n@        yield <f>(self.query)\n(data,) = Answers(query)\n=> data",
    "sync @class Answers(dict):\n@    def __missing__(self, query):\n@        self[query] = <f>(query)\n@        return self[query]\n=> Answers()[query]",
    "sync !import copy\n=> copy.deepcopy(<f>(query))",
    "sync !import json\n=> json.loads(json.dumps(<f>(query)))",
    "sync !from functools import reduce\ndata = reduce(lambda found, each: <f>(each), [query], None)\n=> data",
    "sync !from functools import cached_property\n@class Lazy:\n@    def __init__(self, query):\n@        self.query = query\n@    @cached_property\n@    def data(self):\n@        return <f>(self.query)\nlazy = Lazy(query)\n=> lazy.data",
    "data = <w><f>(*[query])\n=> data",
    "data = <w><f>(**{~query~: query})\n=> data",
    "sync (data,) = map(<f>, [query])\n=> data",
    "sync data = next(map(<f>, [query]))\n=> data",
    "sync def each_of():\n    yield <f>(query)\n\ndata = next(each_of())\n=> data",
    "sync !from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as pool:\n    data = pool.submit(<f>, query).result()\n=> data",
    "sync !from functools import lru_cache\n@@lru_cache\n@def cached(query):\n@    return <f>(query)\n=> cached(query)",
    "sync !from contextlib import contextmanager\n@@contextmanager\n@def opened(query):\n@    yield <f>(query)\nwith opened(query) as data:\n    pass\n=> data",
    "sync @class Lazy:\n@    def __init__(self, query):\n@        self.query = query\n@    @property\n@    def data(self):\n@        return <f>(self.query)\n=> Lazy(query).data",
    "<async>def retried(function, *args):\n    return <w>function(*args)\n\ndata = <w>retried(<f>, query)\n=> data",
    "data = <w>(<f>)(query) if query is not None else None\n=> data",
)
