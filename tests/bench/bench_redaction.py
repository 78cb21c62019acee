"""Masking secrets in what hosts print: megabytes per second, on a log with and without any.

python tests/bench/bench_redaction.py
"""

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.domain.redaction import redact

LINE = 'Nov 21 03:00:01 web-1 nginx[123]: 10.0.0.1 - - "GET /api/v1/items?id=%d HTTP/1.1" 200 612 "-"\n'


def main():
    plain = "".join(LINE % number for number in range(20_000))
    logs = {
        "plain": plain,
        "with addresses": plain.replace('"-"', '"https://shop.example.com/"'),
        "a secret in each tenth line": plain.replace("5 HTTP", "5&token=abc HTTP"),
        "one endless line": plain[:200_000].replace("\n", " ") + "token=abc",
    }
    for name, text in logs.items():
        best = min(_taken(text) for _ in range(3))
        print(f"{name}: {len(text) / best / 1e6:.1f} MB/s")


def _taken(text):
    begun = time.perf_counter()
    redact(text)
    return time.perf_counter() - begun


def test_redaction():
    main()


if __name__ == "__main__":
    main()
