#!/usr/bin/python3
"""Runs python3-onnx's checker on exported files, and prints their opsets, IR version, inputs and outputs.

usage: check_onnx.py FILE.onnx ...
"""

import sys

import onnx


def describe(value):
    kind = value.type.tensor_type
    dimensions = [d.dim_param or d.dim_value for d in kind.shape.dim]
    return f"{value.name}: {onnx.TensorProto.DataType.Name(kind.elem_type)} {dimensions}"


def check(path):
    # Shape inference reads the file's own folder, so that models over 2 GB and external weights are checked too.
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    opsets = ", ".join(f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import)
    operators = sorted({f"{n.domain}.{n.op_type}".lstrip(".") for n in model.graph.node})
    print(f"{path}: ok; IR version {model.ir_version}; {opsets}")
    print("  inputs:", "; ".join(describe(v) for v in model.graph.input))
    print("  outputs:", "; ".join(describe(v) for v in model.graph.output))
    print(f"  {len(model.graph.node)} nodes:", ", ".join(operators))


for path in sys.argv[1:]:
    check(path)
