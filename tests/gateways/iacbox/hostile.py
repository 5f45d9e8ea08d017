"""Answers of a box that has been taken over, or is broken."""

import json
import random

SCRIPT = "<script>document.title='taken'</script>"


def tickets(*entries) -> str:
    return json.dumps({"rc": 0, "state": "tsel", "tt": list(entries)})


def hostile_answers() -> list[str]:
    """Two hundred answers, the same in every run: right ones with one or more parts made wrong."""
    dice = random.Random(435)
    odd = [
        None, True, -1, 0, 1.5, 10**30, "", SCRIPT, "\"'><img src=x onerror=alert(1)>", "\u202e\ud800\x00", "x" * 20_000, "${7*7}",
        "%s %d", "٣", [], {}, [[[[]]]], {"a": {"b": [1]}}, "javascript:alert(1)", "</form><form action=//evil.example>",
    ]  # fmt: skip
    keys = [
        "id",
        "name",
        "price",
        "txttyp",
        "lifetime",
        "expires",
        "bw_in",
        "bw_out",
        "session_limit",
        SCRIPT,
    ]
    answers = []
    while len(answers) < 188:
        offers = [
            {
                "id": dice.choice([1, 1, 435, "174", dice.choice(odd)]),
                "name": dice.choice(["Free", dice.choice(odd)]),
            }
            | {key: dice.choice(odd) for key in dice.sample(keys, dice.randint(0, 6))}
            for _ in range(dice.choice([0, 1, 3, 60]))
        ]
        answer = {
            "rc": 0,
            "state": dice.choice(["tsel", "tsel", "tsel", "online"]),
            "tt": offers,
            "pms": "x",
            "pms_si": "y",
        }
        for key in dice.sample(["rc", "state", "tt", "pms", "pms_si", "err"], dice.choice([0, 1, 1, 2])):
            answer[key] = dice.choice(odd)
        answers.append(json.dumps(answer))
    return [
        *answers, "", "null", "NaN", '{"rc":NaN}', "[" * 50_000, "<html>", "dataCBK(1)", '{"rc":0,"state":"tsel","tt":[NaN]}',
        tickets(*({"id": n, "name": "x"} for n in range(3_800))), tickets(*[{"id": 1, "name": SCRIPT}] * 9),
        '{"rc":0,"rc":1,"state":"online"}', "\x00\x01\x02",
    ]  # fmt: skip
