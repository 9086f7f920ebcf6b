"""Synthetic facts of every register, and a server that serves them as a real exchange would."""

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kaogong.gateways.registers import facts_for
from kaogong.kernel.id_number import MALE, make_id_number


def _number(*born: int) -> str:
    return make_id_number("370299", date(*born), 497, MALE).value


LIVING, DEAD, WORKER = _number(1985, 1, 1), _number(1950, 1, 1), _number(1990, 2, 2)
PUPIL, STRANGER = _number(2008, 3, 3), _number(1977, 7, 7)
PHOTO, OTHER_PHOTO, THIRD_PHOTO = b"a face", b"the same face, older", b"another face"


def _digest(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


FACTS = {
    "source": "示例数据交换平台（虚构）",
    "as_of": "2026-11-15",
    "identity": {
        LIVING: {"name": "王小明"},
        DEAD: {"name": "李大山", "died_on": "2024-03-02"},
        WORKER: {"name": "张伟"},
        PUPIL: {"name": "陈晨"},
    },
    "insurance": {
        WORKER: {
            "spells": [
                {
                    "employer": "示例机电有限公司",
                    "credit_code": "91370299MA00000001",
                    "since": "2024-05-01",
                    "until": None,
                    "last_paid": "2026-10",
                },
                {
                    "employer": "示例老东家",
                    "since": "2020-01-01",
                    "until": "2024-04-30",
                    "last_paid": "2024-04",
                },
            ]
        },
        LIVING: {"spells": []},
    },
    "pension": {DEAD: {"since": "2010-02-01"}, WORKER: {"since": None}},
    "schooling": {
        PUPIL: {
            "spells": [
                {"school": "示例中学", "since": "2024-09-01", "until": "2027-07-01", "full_time": True}
            ]
        }
    },
    "employment": {
        WORKER: {"employer": "示例机电有限公司", "credit_code": "91370299MA00000001", "since": "2024-05-01"},
        LIVING: {"employer": "", "since": None},
    },
    "subsidies": {
        LIVING: {
            "paid": [
                {
                    "region": "示例邻区",
                    "occupation_code": "4-03-02-01",
                    "level_code": "5",
                    "paid_on": "2026-02-03",
                }
            ]
        }
    },
    "hours": {
        WORKER: [
            {
                "kind": "work",
                "place": "示例机电有限公司",
                "since": "2026-11-16T08:00:00+08:00",
                "until": "2026-11-16T17:00:00+08:00",
            }
        ],
        LIVING: [],
    },
    "face": [
        {"photo": _digest(PHOTO), "reference": _digest(OTHER_PHOTO), "percent": 83},
        {"photo": _digest(PHOTO), "id_number": LIVING, "percent": 91},
    ],
}


class Exchange:
    """A local exchange: ``asked`` is every request it got; ``trouble`` names what it does wrong."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict, str]] = []
        self.trouble: list[str] = []
        self.address = ""

    def answer(self, kind: str, body: dict) -> dict:
        found = {row["key"]: facts_for(FACTS, kind, row) for row in body["asked"]}
        return {"source": FACTS["source"], "as_of": FACTS["as_of"], "answers": found}


@contextlib.contextmanager
def serving() -> Iterator[Exchange]:
    """The exchange while it runs on a free port of this machine."""
    exchange = Exchange()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kind = self.path.rsplit("/", 1)[-1]
            exchange.asked.append((kind, body, self.headers.get("Authorization", "")))
            trouble = exchange.trouble.pop(0) if exchange.trouble else ""
            told = json.dumps(exchange.answer(kind, body)).encode()
            if trouble == "slow":
                time.sleep(1)
            elif trouble == "broken":
                told = told[: len(told) // 2]
            elif trouble == "left_out":
                told = json.dumps(exchange.answer(kind, body) | {"answers": {}}).encode()
            elif trouble == "odd":
                told = json.dumps(
                    exchange.answer(kind, body) | {"answers": {r["key"]: {"x": 1} for r in body["asked"]}}
                ).encode()
            status = int(trouble) if trouble.isdigit() else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(told)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    exchange.address = f"http://127.0.0.1:{server.server_port}/registers"
    try:
        yield exchange
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
