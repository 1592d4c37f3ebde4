"""How an answer is fetched, checked and taken apart, down to its rows."""

from __future__ import annotations

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
