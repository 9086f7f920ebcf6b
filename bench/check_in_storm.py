"""Phones that check in: each from its own logged-in browser, some of them twice, again, or with a false code.

Run on its own with the settings of the site it is sent against, so that it can sign what the rooms' screens
show. A phone keeps trying until it is answered, as the page does.
"""

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench import rig

CSRF = "k" * 32
BARE = "/bare/insert/"
PATIENCE = 60.0


@dataclass(order=True)
class Press:
    """One request that is due at an instant after the beginning; the same key is the same press."""

    due: float
    number: int
    key: str = field(compare=False)
    kind: str = field(compare=False)  # first | doubled | retried | again | forged


@dataclass
class Told:
    """What came of it."""

    ms: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    broken: int = 0


def presses_of(numbers: range, seconds: float, seed: int) -> list[Press]:
    """Each phone once at a random instant; a tenth doubled at once, a twentieth sent again, some scanned twice."""
    chance = random.Random(seed)
    found = []
    for number in numbers:
        due, key = chance.uniform(0, seconds), str(UUID(int=chance.getrandbits(128), version=4))
        found.append(Press(due, number, key, "first"))
        if chance.random() < 0.10:
            found.append(Press(due, number, key, "doubled"))
        if chance.random() < 0.05:
            found.append(Press(due + chance.uniform(1, 10), number, key, "retried"))
        if chance.random() < 0.03:
            other = str(UUID(int=chance.getrandbits(128), version=4))
            found.append(Press(due + chance.uniform(1, 10), number, other, "again"))
        if chance.random() < 0.01:
            other = str(UUID(int=chance.getrandbits(128), version=4))
            found.append(Press(due + chance.uniform(0, 5), number, other, "forged"))
    return sorted(found)


class Phones:
    """All phones of a city, sharing some open connections as behind a proxy."""

    def __init__(self, port: int, phones: list[list], path: str) -> None:
        from kaogong.kernel import rotating_code
        from kaogong.presence import queries

        self.port, self.phones, self.path = port, phones, path
        self._codes, self._key = rotating_code, queries.room_key
        self.told = Told()

    def request(self, press: Press) -> bytes:
        person, session, cookie = self.phones[press.number]
        now = datetime.now(UTC)
        window = self._codes.window_of(now, 30)
        token = self._codes.token(self._key(session), session, window)
        if press.kind == "forged":
            token = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
        body = json.dumps(
            {
                "client_key": press.key, "device_key": f"phone-{person}", "token": token,
                "latitude": 36.07 + person % 97 / 1e5, "longitude": 120.38 + person % 89 / 1e5,
                "accuracy": 10 + person % 40, "taken_at": now.isoformat(), "sent_at": now.isoformat(),
            }
        ).encode()  # fmt: skip
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Cookie: sessionid={cookie}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def line(self, waiting: asyncio.Queue, began: float | None) -> None:
        """One connection: takes what is due, waits for its answer; a broken one is opened again."""
        reader = writer = None
        while (press := await waiting.get()) is not None:
            since = began + press.due if began is not None else time.perf_counter()
            gave_up = time.perf_counter() + PATIENCE
            while True:
                try:
                    if writer is None:
                        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.write(self.request(press))
                    status = await self._answer(reader)
                    if status < 500:
                        break
                except (OSError, EOFError, asyncio.IncompleteReadError, ValueError):
                    writer = writer and writer.close()
                self.told.broken += 1
                if time.perf_counter() > gave_up:
                    status = 0
                    break
                await asyncio.sleep(0.2)
            self.told.ms.append((time.perf_counter() - since) * 1000)
            said = f"{press.kind} {status}"
            self.told.statuses[said] = self.told.statuses.get(said, 0) + 1
        if writer is not None:
            writer.close()

    @staticmethod
    async def _answer(reader: asyncio.StreamReader) -> int:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        length = 0
        for named in head.lower().split(b"\r\n"):
            if named.startswith(b"content-length:"):
                length = int(named.split(b":")[1])
        if length:
            await reader.readexactly(length)
        return int(head.split(b" ", 2)[1])

    async def storm(self, presses: list[Press], lines: int) -> float:
        """Send each press when it is due, whatever became of those before it."""
        waiting: asyncio.Queue = asyncio.Queue()
        began = time.perf_counter() + 0.2
        working = [asyncio.create_task(self.line(waiting, began)) for _ in range(lines)]
        for press in presses:
            ahead = began + press.due - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            waiting.put_nowait(press)
        for _ in working:
            waiting.put_nowait(None)
        await asyncio.gather(*working)
        return time.perf_counter() - began

    async def as_fast_as_answered(self, presses: list[Press], lines: int) -> float:
        """Every line sends its next press as soon as the last is answered."""
        waiting: asyncio.Queue = asyncio.Queue()
        for press in [*presses, *[None] * lines]:
            waiting.put_nowait(press)
        began = time.perf_counter()
        await asyncio.gather(*(self.line(waiting, None) for _ in range(lines)))
        return time.perf_counter() - began


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("phones", type=Path, help="the city's phones, as its loader told them")
    words.add_argument("port", type=int)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--count", type=int, required=True)
    words.add_argument("--seconds", type=float, default=0, help="0: as fast as answered")
    words.add_argument("--lines", type=int, default=64)
    words.add_argument("--bare", action="store_true")
    words.add_argument("--seed", type=int, default=1)
    chosen = words.parse_args()
    rig.setup()
    from django.urls import reverse

    path = BARE if chosen.bare else reverse("learner:check_in:record")
    phones = Phones(chosen.port, json.loads(chosen.phones.read_text()), path)
    numbers = range(chosen.first, chosen.first + chosen.count)
    if chosen.seconds:
        presses = presses_of(numbers, chosen.seconds, chosen.seed)
        took = asyncio.run(phones.storm(presses, chosen.lines))
    else:
        presses = [p for p in presses_of(numbers, 1, chosen.seed) if p.kind == "first"]
        took = asyncio.run(phones.as_fast_as_answered(presses, chosen.lines))
    told = phones.told
    ordered = sorted(told.ms)
    rig.answer(
        sent=len(presses), took=took, statuses=told.statuses, broken=told.broken,
        **{name: ordered[min(int(len(ordered) * share), len(ordered) - 1)] for name, share in
           (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1))},
    )  # fmt: skip


if __name__ == "__main__":
    main()
