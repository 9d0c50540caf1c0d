"""Measures Python's own codecs on the files that wire-bench left, in the same words as wire-bench."""

import json
import sys
import time
import xml.sax
import xmlrpc.client


def best(name, size, work, repetitions=3):
    least = float("inf")
    for _ in range(repetitions):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    print(json.dumps({"name": name, "seconds": least, "bytes": size}), flush=True)


class Rows(xml.sax.ContentHandler):
    """Keeps the rows of a dump as dictionaries."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def startElement(self, name, attributes):
        if name == "row":
            self.rows.append(dict(attributes))


def main(path):
    with open(path + ".xmlrpc", encoding="utf-8") as file:
        text = file.read()
    values, _ = xmlrpc.client.loads(text)
    best("xmlrpc-encode", len(text), lambda: xmlrpc.client.dumps(values, methodresponse=True))
    best("xmlrpc-decode", len(text), lambda: xmlrpc.client.loads(text), 2)
    with open(path + ".json", encoding="utf-8") as file:
        text = file.read()
    value = json.loads(text)
    best("json-encode", len(text), lambda: json.dumps(value, separators=(",", ":")))
    best("json-decode", len(text), lambda: json.loads(text))
    with open(path + ".dump", "rb") as file:
        data = file.read()
    best("dump-load", len(data), lambda: xml.sax.parseString(data, Rows()))


if __name__ == "__main__":
    main(sys.argv[1])
