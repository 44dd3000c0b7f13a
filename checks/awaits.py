"""Coroutine forms that GCC 12.2 miscompiles (docs/decisions/0003-callbacks-not-coroutines.md), and where coroutines may stand."""

import re

BAD_FORMS = [
    (re.compile(r"\?[^;\n]*co_await|co_await[^;\n]*\?[^;\n]*:"), "co_await beside ?: is miscompiled"),
    (re.compile(r"&&[^;\n]*co_await|\|\|[^;\n]*co_await|co_await[^;\n]*(&&|\|\|)"), "co_await beside && or || is miscompiled"),
    (re.compile(r"co_await[^;\n]*\[[^\]]*[&=\w][^\]]*\]\s*(\(|\{)"), "a capturing lambda in an awaited call is miscompiled"),
    (re.compile(r"\{[^;{}\n]*co_await[^;\n]*\}"), "co_await inside braces is miscompiled"),
    (re.compile(r"co_await[^;\n]*co_await"), "one co_await per statement"),
    (re.compile(r"co_await[^;\n]*\b[A-Z]\w*\{"), "an aggregate temporary in an awaited call is miscompiled"),
]
ALLOWED = ("src/foundation/http/", "src/pillars/gateway/")


def findings_in(text):
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split("//")[0]
        if "co_await" not in code:
            continue
        for form, reason in BAD_FORMS:
            if form.search(code):
                yield number, reason


def check(root, files):
    for file in files:
        name = file.relative_to(root).as_posix()
        text = file.read_text()
        for number, reason in findings_in(text):
            yield f"{name}:{number}: {reason}"
        if re.search(r"\bco_(await|return|yield)\b", text) and not name.startswith(ALLOWED):
            yield f"{name}: coroutines stand only in {' and '.join(ALLOWED)}"
