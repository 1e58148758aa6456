import os
import re

import pytest
import torch

from course_lib import nn
from course_lib.nn.device import VARIABLE, is_host


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_choice_comes_first_then_the_variable_then_the_machine(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert nn.device() == torch.device("cuda")
    assert nn.device("cuda:1") == torch.device("cuda", 1)
    monkeypatch.setenv(VARIABLE, "cpu")
    assert nn.device() == torch.device("cpu")
    assert nn.device("cuda") == torch.device("cuda")
    monkeypatch.setenv(VARIABLE, "")
    assert nn.device() == torch.device("cuda")


def test_an_accelerator_is_preferred_and_the_cpu_is_always_there(monkeypatch):
    for kind in ("cuda", "xpu"):
        monkeypatch.setattr(getattr(torch, kind), "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert nn.device() == torch.device("mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert nn.device() == torch.device("cpu")


@pytest.mark.parametrize("asked", ["toaster", "cuda:99", "cpu:3", "gpu", "xpu:99"])
def test_a_missing_device_is_explained_in_both_languages(asked):
    with pytest.raises(ValueError, match=re.escape(repr(asked))) as error:
        nn.device(asked)
    text = str(error.value)
    assert "cpu" in text
    assert "پردازنده" in text


def test_the_error_names_the_variable_where_it_is_to_blame(monkeypatch):
    monkeypatch.setenv(VARIABLE, "toaster")
    with pytest.raises(ValueError, match=VARIABLE):
        nn.device()


def test_describe_names_device_cores_and_threads():
    text = nn.describe("cpu")
    for number in (os.cpu_count(), torch.get_num_threads()):
        assert str(number) in text.en
    assert "هستهٔ" in text.fa
    assert not re.search(r"[0-9]+ هسته", text.fa)


def test_only_the_cpu_is_the_host():
    assert is_host(torch.device("cpu"))
    assert not is_host(torch.device("meta"))
