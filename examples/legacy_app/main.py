"""A day at the office: what people ask, and what they get."""

from filters import changed_since, every, in_folder
from helpdesk import answer, guides, live
from nightly import report
from render import page, sources

from client import RagClient


def main():
    client = RagClient()
    print("guides:")
    print("\n".join(guides("log in to the portal")))
    print("answer:")
    print(answer("How many drinks can a llama carry?"))
    print("live:")
    print("".join(live("When do llamas rest?")))
    print("search:")
    print(page(client.search("llamas deliver coffee")))
    print("filtered:")
    print(page(client.search("coffee", every(in_folder("guides/"), changed_since(2024)))))
    print("asked:")
    result = client.ask("Who runs this office?")
    print(result["response"], len(list(sources(result))), "sources")
    print("refused:")
    either = {"type": "or", "filters": [in_folder("guides/"), changed_since(2024)]}
    try:
        client.search("coffee or login", either)
    except RuntimeError:
        print("the service refused the filter")
    print("nightly:")
    print(report("llamas"))


if __name__ == "__main__":
    main()
