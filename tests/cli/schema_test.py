#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema that augment_batch prints, in the hands of a validator that is not ours.
GLYPHMILL_BIN is the directory of the programs; without jsonschema and yaml the test is skipped."""

import copy
import json
import re
import sys
import unittest

from cli_test_case import ROOT, CliTest, write_png

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)


class Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: 2024-01-01 is text, 0x10 and yes are too."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("null", r"^(?:~|null|)$", ["~", "n", ""]),
        ("bool", r"^(?:true|false)$", list("tf")),
        ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
         list("-+.0123456789"))):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
# 0012 is decimal, not octal.
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))

# What only a look at several fields, at the whole file or at the disk tells.
BEYOND_A_SCHEMA = {
    "alphabet_repeats", "characters_without_pictures", "digits_unknown_builtin",
    "disjoint_few_labels", "disjoint_pairs", "disjoint_unique_in_a_mix", "disjoint_without_splits",
    "duplicate_key", "idx_of_colour", "length_reversed", "mix_date_wrong", "mix_names_twice",
    "mix_of_too_few_labels", "pack_name_with_a_slash", "packed_natural_width",
    "pattern_without_bound", "source_of_coco", "source_without_images", "spacing_reversed",
    "split_twice", "split_unknown",
    "split_without_samples", "splits_do_not_sum_to_one", "stages_of_one_name",
    "texts_empty_among_others", "texts_missing", "weights_beside_balance",
    "weights_of_unknown_character", "width_below_a_pixel_a_digit", "zca_of_large"}

GOOD = (
    "{}",
    "seed: 18446744073709551615",
    "count: auto",
    "labels: {alphabet: 0123456789}",
    "labels: {length: [4, 8], balance: iid}",
    "labels: {weights: {characters: {0: 2}, pairs: {'01': 0.5}, repeats: 3, positions: }}",
    "labels: {kind: date, weights: {positions: {3: {'8': 2}}}}",
    "labels: {balance: weighted, weights: {}}",
    "{labels: {kind: phone, country: fr}, compose: {width: 200}}",
    "{labels: {kind: phone}, glyphs: {kind: tiles}, compose: {width_mean: 300}}",
    "{glyphs: {kind: digits}, augment: {zoom_range: 0.1}, compose: {width: natural}}",
    "{glyphs: {kind: digits}, splits: {a: 0.5, b: 0.5}, disjoint: none, split: a}",
    "ops: [invert, affine: {angle_deg: [-3, 3]}, salt_pepper: , invert: {name: again}]",
    "output: {format: [lmdb, folder], shard_size: 100, annotations: true}",
    "mix: [{name: a}, {name: b, weight: 0.5, labels: {kind: phone}, compose: {width: 200}}]",
    "source: {images: own}",
    "{source: {images: own, height: 32, color: gray, order: stored}, ops: [invert]}",
    "mix: [{name: a, source: {images: own}}, {name: b, compose: {height: 32}}]",
    "[{name: a}, {name: b, labels: {kind: date, per_date: 1}}]",
    "{defaults: {labels: {kind: date}, compose: {height: 32}},"
    " jobs: [{name: a, source: {images: own}}]}",
    "{defaults: {source: {images: own}}, jobs: [{name: a, source: {height: 32}}, {name: b,"
    " labels: {}}]}",
    "{defaults: {labels: {kind: date}}, jobs: [{name: a, labels: {per_date: 1}}]}",
    "{defaults: {glyphs: {kind: digits}}, jobs: [{name: a, compose: {width: 200}}]}",
    "{defaults: {mix: [{name: a}]}, jobs: [{name: a}]}",
    "{defaults: , jobs: [{name: 5}]}",
)
BAD = (
    "5",
    "[]",
    "[{count: 5}]",
    "[{name: a/b}]",
    "jobs: []",
    "{jobs: [{name: a}], count: 5}",
    "{jobs: [{name: a, labels: {per_date: 1}}]}",
    "{defaults: 5, jobs: [{name: a}]}",
    "{defaults: {jobs: []}, jobs: [{name: a}]}",
    "{defaults: {labels: {kind: date}}, jobs: [{name: a, labels: {kind: code, per_date: 1}}]}",
    "name: a",
    "seed: -1",
    "seed: 1.5",
    "count: 0",
    "count: many",
    "labels: 5",
    "labels: {kind: codes}",
    "labels: {per_date: 1}",
    "labels: {kind: date, length: 4}",
    "labels: {length: 0}",
    "labels: {length: [1, 2, 3]}",
    "labels: {alphabet: [a, b]}",
    "labels: {weights: [1]}",
    "labels: {weights: {characters: {'00': 2}}}",
    "labels: {weights: {characters: {'0': 0}}}",
    "labels: {weights: {pairs: {'0': 2}}}",
    "labels: {weights: {repeats: 1001}}",
    "labels: {weights: {positions: {'0': {'0': 2}}}}",
    "labels: {weights: {positions: {1: 2}}}",
    "labels: {weights: {letters: {a: 2}}}",
    "augment: {rotation_range: 5}",
    "{glyphs: {kind: digits, tiles: here}}",
    "{labels: {kind: phone}, compose: {width_mean: 300}}",
    "{glyphs: {kind: tiles}, labels: {kind: phone}, augment: {}}",
    "{compose: {color: grey}}",
    "ops: invert",
    "ops: [turn]",
    "ops: [{affine: {}, invert: {}}]",
    "ops: [{}]",
    "ops: [affine: {probability: 2}]",
    "output: {format: [lmdb, lmdb]}",
    "output: {format: []}",
    "output: {quality: 101}",
    "splits: {a: 0, b: 1}",
    "splits: [a, b]",
    "disjoint: pictures",
    "mix: []",
    "mix: [{weight: 1}]",
    "mix: [{name: a, weight: 0}]",
    "mix: [{name: a, output: {}}]",
    "mix: [{name: a, labels: {kind: date, length: 3}}]",
    "{mix: [{name: a}], labels: {}}",
    "{mix: [{name: a}], ops: []}",
    "{mix: [{name: a}], source: {images: own}}",
    "source: own",
    "source: {images: own, kind: list}",
    "source: {images: own, height: 7}",
    "source: {images: own, color: true}",
    "{source: {images: own}, labels: {}}",
    "{source: {images: own}, compose: {height: 32}}",
    "mix: [{name: a, source: {images: own}, glyphs: {}}]",
)


class Schema(CliTest):
    def setUp(self):
        super().setUp()
        self.schema = json.loads(self.ok("augment_batch", "--schema").stdout)
        jsonschema.Draft7Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft7Validator(self.schema)
        write_png(self.dir / "own" / "7.png", [[200] * 12] * 9)

    def errors(self, text):
        return [error.message for error in
                self.validator.iter_errors(yaml.load(text, Loader=Core))]

    def test_takes_every_config(self):
        for path in sorted((ROOT / "configs").glob("*.yaml")):
            with self.subTest(config=path.name):
                self.assertEqual(self.errors(path.read_text(encoding="utf-8")), [])

    def test_and_the_program_take_the_same(self):
        for text in GOOD:
            with self.subTest(recipe=text):
                self.assertEqual(self.errors(text), [])
                self.ok("augment_batch", "--validate", self.write("good.yaml", text))

    def test_and_the_program_refuse_the_same(self):
        for text in BAD:
            with self.subTest(recipe=text):
                self.assertNotEqual(self.errors(text), [])
                done = self.run_program("augment_batch", "--validate", self.write("bad.yaml", text))
                self.assertEqual(done.returncode, 2, done.stdout)

    def test_refuses_the_bad_recipes(self):
        missed = set()
        for path in sorted((ROOT / "tests" / "errors").glob("*.yaml")):
            try:
                if not self.errors(path.read_text(encoding="utf-8")):
                    missed.add(path.stem)
            except yaml.YAMLError:
                pass
        self.assertEqual(missed, BEYOND_A_SCHEMA, "a rule for the schema, or a name for this list")

    def printed_recipes(self):
        """Recipes with every field of every kind spelled out."""
        ops = json.dumps(self.schema["definitions"]["ops"]["items"]["anyOf"][0]["enum"])
        labels = {"list": "kind: list, texts: ['1', '2']"}
        for kind in self.schema["definitions"]["mix_part"]["properties"]["labels"]["properties"][
                "kind"]["enum"]:
            for look in ("tiles", "digits"):
                glyphs = "digits, writers: 3" if look == "digits" else look
                sections = (f"labels: {{{labels.get(kind, f'kind: {kind}')}}}, "
                            f"glyphs: {{kind: {glyphs}}}, ops: {ops}")
                if kind == "date" and look == "tiles":
                    sections = sections.replace("kind: tiles", "tiles: 'builtin:dates'")
                if kind == "date" and look == "digits":
                    sections = sections.replace("kind: date", "kind: date, layout: '{YYYY}-{MM}'")
                splits = "splits: {a: 0.5, b: 0.5}, disjoint: none"
                yield f"{{seed: 1, count: 4, {sections}, {splits}}}"
                yield f"{{seed: 1, count: 4, mix: [{{name: p, {sections}}}]}}"
        yield f"{{seed: 1, source: {{images: own}}, ops: {ops}}}"
        yield f"{{seed: 1, mix: [{{name: p, source: {{images: own}}, ops: {ops}}}]}}"

    def test_has_every_field_that_a_recipe_prints(self):
        """The printed recipe has every field of every options struct; the schema takes no other."""
        number = 0
        for text in self.printed_recipes():
            number += 1
            with self.subTest(recipe=text):
                printed = self.ok("augment_batch", self.write("all.yaml", text),
                                  "--print-recipe").stdout
                self.assertEqual(self.errors(printed), [])
                # And it has no field more: without one of them it would not be taken.
                self.refuses_a_field_more(yaml.load(printed, Loader=Core))
        self.assertGreaterEqual(number, 20)

    def refuses_a_field_more(self, recipe):
        for section in ("labels", "glyphs", "augment", "compose", "source", "output"):
            if section not in recipe:
                continue
            wrong = copy.deepcopy(recipe)
            wrong[section]["surplus"] = 1
            self.assertFalse(self.validator.is_valid(wrong), section)

    def test_describes_what_it_asks_for(self):
        definitions = self.schema["definitions"]
        for name in ("labels_code", "glyphs_digits", "augment_digits", "compose_tiles", "source",
                     "output"):
            for key, field in definitions[name]["properties"].items():
                if key != "kind":
                    self.assertTrue(field["description"], f"{name}.{key}")
                    self.assertIn("default", field, f"{name}.{key}")
        self.assertEqual(definitions["output"]["properties"]["quality"]["maximum"], 100)
        self.assertEqual(definitions["labels_code"]["properties"]["balance"]["default"], "pairs")


if __name__ == "__main__":
    unittest.main()
