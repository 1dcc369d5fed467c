"""Exports two golden models with PyTorch's own ONNX exporter, for the reader of weights out of ONNX graphs.

PyTorch folds and transposes the linear layers' weights and gives them anonymous names, as every graph exported from a
PyTorch model has them. Run after make_goldens.py:

    /usr/bin/python3 tests/oracles/make_onnx.py
"""

import json
import pathlib

import torch

from bert import Bert
from tensor_files import read_safetensors

GOLDEN = pathlib.Path(__file__).parent / "golden"
OPSETS = {"pair-gelu": 13, "qa-gelu": 17}


class Exported(torch.nn.Module):
    """The model as exporters meet it: linear layers and embeddings as modules, under a name that tells nothing."""

    def __init__(self, config, parameters, head):
        super().__init__()
        self.weights = torch.nn.ParameterList(torch.nn.Parameter(value) for value in parameters.values())
        self.names = list(parameters)
        self.config = config
        self.head = head

    def forward(self, input_ids, attention_mask, token_type_ids):
        model = Bert(self.config, dict(zip(self.names, self.weights)))
        model.linear = lambda name, x: torch.nn.functional.linear(x, model.p[f"{name}.weight"], model.p[f"{name}.bias"])
        hidden = model.encoder(input_ids, token_type_ids, attention_mask)
        if self.head == "pair":
            return model.pair_logits(hidden)
        start, end = model.span_logits(hidden).split(1, dim=-1)
        return start.squeeze(-1), end.squeeze(-1)


def main():
    for name, opset in OPSETS.items():
        folder = GOLDEN / name
        config = json.loads((folder / "config.json").read_text())
        parameters = {key: value.float() for key, value in read_safetensors(folder / "model.safetensors").items()}
        head = name.split("-")[0]
        ids = torch.ones(2, 7, dtype=torch.long)
        outputs = ["logits"] if head == "pair" else ["start_logits", "end_logits"]
        inputs = ["input_ids", "attention_mask", "token_type_ids"]
        torch.onnx.export(
            Exported(config, parameters, head).eval(),
            (ids, ids, torch.zeros_like(ids)),
            folder / "exported.onnx",
            input_names=inputs,
            output_names=outputs,
            opset_version=opset,
            dynamic_axes={key: {0: "batch", 1: "sequence"} for key in inputs},
        )


if __name__ == "__main__":
    main()
