"""Questions of a day at the office."""

from filters import changed_since, every, in_folder
from render import page, sources

from client import RagClient


def main():
    client = RagClient()
    print("search:")
    print(page(client.search("llamas deliver coffee")))
    print("filtered:")
    print(page(client.search("coffee", every(in_folder("guides/"), changed_since(2024)))))
    print("answer:")
    result = client.ask("How many drinks can a llama carry?")
    print(result["response"])
    print(len(list(sources(result))), "sources")
    print("stream:")
    print("".join(client.stream("When do llamas rest?")))
    print("refused:")
    either = {"type": "or", "filters": [in_folder("guides/"), changed_since(2024)]}
    try:
        client.search("coffee", either)
    except RuntimeError:
        print("the service refused the filter")


if __name__ == "__main__":
    main()
