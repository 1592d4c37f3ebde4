"""AR115: a stream with a reader of its own."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_PIECES = program("""\
def speak(question: str) -> None:
    payload = {"query": question, "stream": True}
    with requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json=payload, stream=True, timeout=30
    ) as response:
        rest = b""
        for piece in response.iter_content(1024):
            *events, rest = (rest + piece).split(b"\\n\\n")
            for event in events:
                print(event.decode())
""")
_WHOLE = program("""\
def speak(question: str) -> None:
    response = requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json={"query": question}, timeout=30
    )
    print(response.json()["result"]["response"])
""")

RULE = Rule(
    code="AR115",
    name="stream-not-understood",
    kind="bridged",
    summary="The answer is streamed, and how it is read is not understood.",
    what="""\
Puts an adapter in front of the call, because its answer is a stream of events that is cut up in
a way that is not understood.""",
    why="""\
A legacy event holds one token in `response`. A new stream begins with an event `chunks` and
goes on with the deltas of chat completions. A reader that is half rewritten shows nothing, or
the sources instead of the answer. The adapter writes legacy events. What is understood is a
loop over the lines of the answer that decodes what stands behind `data: `, and does nothing that
could be seen with any other line.""",
    safety=BRIDGED,
    valid=(_WHOLE, SEARCH, *UNRELATED),
    invalid=(_PIECES,),
)
