"""Fitting, from a tiny random transformer to the file that serving reads."""

import csv
import gzip
import json

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from models.coding.encoder import Encoder
from training.encoder_config import EncoderConfig
from training.encoder_export import export_encoder
from training.encoder_fit import fit_encoder
from training.encoder_sources import EncoderData
from training.encoder_student import TextModel

CONFIG = EncoderConfig(
    layers=(0, 2), seed=3, epochs=6, windows=2, window=4, rounds=2, evidence_rounds=1, unlabelled=4, temperature=0.05,
    distillation=0.5, rate=3e-3, warmup=0.1, max_tokens=16, checkpoint_steps=1, held_inclusions=0.0, held_words=0.9,
)  # fmt: skip
SITES = "femur tibia radius ulna kidney liver lung skin".split()
KINDS = "fracture cyst abscess".split()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Three random layers, and a tokenizer of the words that are used here."""
    folder = tmp_path_factory.mktemp("base")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *SITES, *KINDS, "of", "the", "patient", "kind"]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(1)
    shape = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64
    )
    BertModel(shape).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    _write_terms(folder / "terms.csv.gz")
    _write_reports(folder)
    return EncoderData(folder / "terms.csv.gz", folder, with_own_words=False)


def _write_terms(path):
    with gzip.open(path, "wt", encoding="utf8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["term", "code", "source"])
        for number, site in enumerate(SITES):
            for digit, kind in enumerate(KINDS):
                rows.writerow([f"{kind} of {site}", f"M{number:02d}{digit}", "tabular_desc"])
                rows.writerow([f"{site} {kind}", f"M{number:02d}{digit}", "index_path"])


def _write_reports(folder):
    document = {"doc_id": "d", "split": "train", "text_en": "the patient had a fracture of the femur"}
    (folder / "docs.jsonl").write_text(json.dumps(document) + "\n", "utf8")
    (folder / "background_en.jsonl").write_text(json.dumps(document) + "\n", "utf8")
    (folder / "diagnosis_codes.tsv").write_text("split\tdoc_id\ticd10cm\ntrain\td\tM00.0\n", "utf8")
    heads = "split\tdoc_id\ticd10cm\tspan_es\ten_sentences\n"
    (folder / "diagnosis_sentences_en.tsv").write_text(heads + "train\td\tM00.0\t-\tkind fracture femur\n", "utf8")


@pytest.fixture(scope="module")
def fitted(base, data, tmp_path_factory):
    return fit_encoder(base, data, CONFIG, tmp_path_factory.mktemp("work"))


def _margin(folder, layers=None):
    """How much nearer terms of a code are than those of its siblings."""
    model = TextModel.load(folder, layers, max_tokens=16)
    titles = model.encode([f"{kind} of {site}" for site in SITES for kind in KINDS])
    others = model.encode([f"{site} {kind}" for site in SITES for kind in KINDS])
    cosines = titles @ others.T
    return np.mean(np.diag(cosines)) - np.mean(cosines[~np.eye(len(cosines), dtype=bool)])


def test_terms_of_a_code_move_together(base, fitted):
    assert _margin(fitted) > _margin(base, (0, 2)) + 0.2


def test_a_fit_is_kept_and_leaves_no_checkpoint(base, data, fitted):
    before = (fitted / "model.safetensors").stat().st_mtime_ns
    assert fit_encoder(base, data, CONFIG, fitted.parent) == fitted
    assert (fitted / "model.safetensors").stat().st_mtime_ns == before
    assert not list(fitted.parent.glob("*checkpoint*"))


def test_another_configuration_is_another_fit(base, data):
    assert data.hash(base, CONFIG) != data.hash(base, CONFIG.model_copy(update={"seed": 4}))


class StoppedError(Exception):
    pass


def _stop_at_ten(step, total, loss):
    assert step <= total
    if step == 10:
        raise StoppedError


def test_a_stopped_fit_goes_on_to_the_same_weights(base, data, fitted, tmp_path):
    with pytest.raises(StoppedError):
        fit_encoder(base, data, CONFIG, tmp_path, _stop_at_ten)
    steps = []
    resumed = fit_encoder(base, data, CONFIG, tmp_path, lambda step, *_: steps.append(step))
    assert steps[0] == 11
    vectors = [TextModel.load(folder, max_tokens=16).encode(["liver cyst"]) for folder in (resumed, fitted)]
    np.testing.assert_allclose(*vectors, atol=0.02)


def test_no_epoch_serves_the_base_and_a_given_fit_is_taken(base, data, tmp_path):
    assert fit_encoder(base, data, CONFIG.model_copy(update={"epochs": 0}), tmp_path) == base
    assert fit_encoder(base, data, CONFIG.model_copy(update={"fitted": tmp_path}), tmp_path) == tmp_path


def test_serving_reads_what_was_fitted(fitted, tmp_path):
    export_encoder(fitted, tmp_path)
    texts = ["fracture of femur", "skin abscess", "the patient"]
    served = Encoder(tmp_path / "encoder.onnx", tmp_path / "tokenizer.json").encode(texts)
    cosines = (served * TextModel.load(fitted, max_tokens=16).encode(texts)).sum(1)
    assert cosines.min() > 0.95


def test_a_fit_is_exported_into_its_own_folder(fitted):
    export_encoder(fitted, fitted)
    assert (fitted / "encoder.onnx").exists()
