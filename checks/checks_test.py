"""The checks find what they are for, and pass what is right."""

import pathlib
import tempfile
import unittest

import awaits
import functions
import layout
import links


class Awaits(unittest.TestCase):
    def test_bad_forms_are_found(self):
        for line in ["auto x = ok ? co_await a() : b;", "if (ready && co_await a()) {", "co_await f([&] { return 1; });",
                     "auto v = std::vector{co_await a()};", "co_await f(Options{1});", "f(co_await a(), co_await b());"]:
            self.assertTrue(list(awaits.findings_in(line)), line)

    def test_plain_awaits_pass(self):
        for line in ["auto const size = co_await stream.read(buffer);", "co_await write(std::move(bytes));", "// a ? co_await b"]:
            self.assertEqual(list(awaits.findings_in(line)), [], line)


class Functions(unittest.TestCase):
    def test_length_is_measured_from_signature_to_closing_brace(self):
        text = "namespace a {\nint f(int x) {\n" + "  x++;\n" * 80 + "}\nint g() {\n  return 1;\n}\n}\n"
        self.assertEqual(list(functions.function_lengths(text)), [(2, 82), (84, 3)])

    def test_a_constructor_ends_at_its_own_brace(self):
        text = "A::A(int x)\n    : x_(x), y_(f(x)) {\n  g();\n}\n\nvoid h() {\n" + "  g();\n" * 80 + "}\n"
        self.assertEqual(list(functions.function_lengths(text)), [(2, 3), (6, 82)])


class Links(unittest.TestCase):
    def test_dead_links_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            page = root / "a.md"
            page.write_text("# Life of a `Call`\n[x](b.md) [y](#life-of-a-call) [z](#nowhere) [w](https://example.org)\n")
            findings = list(links.check(root, [page]))
            self.assertEqual(len(findings), 2, findings)


class Layout(unittest.TestCase):
    def test_long_files_and_empty_names_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            file = root / "string_utils.h"
            file.write_text("int x;\n" * 600)
            findings = list(layout.check_file(root, file))
            self.assertEqual(len(findings), 3, findings)


if __name__ == "__main__":
    unittest.main()
