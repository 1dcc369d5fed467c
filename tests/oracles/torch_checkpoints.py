"""Writes the torch.save files of golden/torch, and some of the golden models so. Run after make_goldens.py, with any PyTorch from 1.6 on."""
import collections
import os
import pathlib
import sys

import torch

from tensor_files import read_safetensors

here = os.path.dirname(os.path.abspath(__file__))
folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "golden", "torch")
os.makedirs(folder, exist_ok=True)

# Element [i, j] is i * 6 + j, over 8, less 1: exact in every floating-point type used here.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
state = collections.OrderedDict(
    f32=base,
    f16=base.half(),
    bf16=base.bfloat16(),
    f64=base.double(),
    transposed=base.clone().t(),
    columns=base[:, 2:4],
    rows=base[1:3],
    every_second=base[::2, ::3],
    parameter=torch.nn.Parameter(base.clone()),
    scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 3),
    ids=torch.arange(6).reshape(1, 6),
    flags=torch.tensor([True, False]),
)
state._metadata = collections.OrderedDict([("", {"version": 1})])
wrapped = {"epoch": 3, "state_dict": state, "lr": 0.5, "optimizer": {"m": [torch.ones(2)]}}

for name, legacy in (("zip", False), ("legacy", True)):
    torch.save(state, os.path.join(folder, f"{name}.bin"), _use_new_zipfile_serialization=not legacy)
    torch.save(wrapped, os.path.join(folder, f"wrapped-{name}.bin"), _use_new_zipfile_serialization=not legacy)
torch.save(torch.nn.Linear(2, 3), os.path.join(folder, "module.bin"))
for protocol in (3, 4, 5):
    torch.save({"f32": base}, os.path.join(folder, f"protocol{protocol}.bin"), pickle_protocol=protocol)

# Whole models as training scripts leave them: the golden ones, in both formats.
golden = pathlib.Path(here) / "golden"
for case in ("pair-gelu", "qa-gelu", "pair-distilbert", "pair-electra"):
    weights = collections.OrderedDict(read_safetensors(golden / case / "model.safetensors"))
    for name, legacy in (("zip", False), ("legacy", True)):
        torch.save(weights, golden / case / f"pytorch_{name}.bin", _use_new_zipfile_serialization=not legacy)
