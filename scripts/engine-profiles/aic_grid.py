"""Asks NVIDIA AIConfigurator how long forward passes take and writes one grid file per configuration.

    python aic_grid.py --out FOLDER < configurations.json

Configurations: [{"model", "system", "backend", "version", "tp", "moe_tp", "moe_ep"}, ...]. Needs a Python with `aiconfigurator`
(0.8: operations are queried in Python) or `aiconfigurator-core` (from 0.12: the compiled engine itemises a pass). No GPU.
Each release carries tables of certain backend versions only; a version it does not have is reported and left out.
A version "0.19.0+ctxattn0.18.0" takes prefill attention from the tables of 0.18.0. Times are ms.
"""
import argparse
import importlib
import importlib.metadata
import json
import logging
import os
import pathlib
import random
import sys

os.environ.setdefault("AIC_ALLOW_UNLISTED_VERSIONS", "1")
logging.disable(logging.WARNING)

PROMPTS = [1, 2, 4, 8, 16, 32, 64, 128]
BATCHES = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024]
LENGTHS = [1, 16, 32, 64, 128, 256, 512, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 10240, 12288, 16384, 24576, 32768, 36864,
           40960, 49152, 65536, 73728, 98304, 131072]
CONTEXTS = sorted({2, *(max(2, round(2**k * f)) for k in range(4, 18) for f in (0.91, 1, 1.11))})
TOKENS = sorted({*range(1, 257), *range(256, 1025, 8), *range(1024, 4609, 32), *range(4608, 16385, 128), *range(16384, 65537, 1024)})
REQUESTS = sorted({*range(1, 257), *range(256, 1025, 8)})
MOST_PREFILL, MOST_DECODE = 1 << 21, 1 << 24  # tokens of a cell
KNOT_TOLERANCE = 0.003
MEMORY_SHARE = 0.9  # what vLLM takes of a GPU


def sdk(name):
    for package in ("aiconfigurator_core.sdk.", "aiconfigurator.sdk."):
        try:
            return importlib.import_module(package + name)
        except ImportError as error:
            missing = error
    raise missing


def is_attention(name):
    return name.endswith(("context_attention", "generation_attention", "context_mla_block", "generation_mla_block", "context_mla", "generation_mla"))


class Compiled:
    """The compiled engine, pass by pass."""

    def __init__(self, config):
        self.handle = sdk("engine").EngineHandle.compile(
            config["model"], config["system"], config["backend"], backend_version=config["version"], tp_size=config["tp"], pp_size=1,
            attention_dp_size=1, moe_tp_size=config.get("moe_tp") or 1, moe_ep_size=config.get("moe_ep") or 1, nextn=0)
        if not hasattr(self.handle, "run_static_per_op"):
            raise RuntimeError("this aiconfigurator-core does not itemise a pass; use 0.12 or newer, or aiconfigurator 0.8")
        self.modes = {}

    def prefill(self, batch, new, prefix):
        items = self.handle.run_static_per_op(batch_size=batch, isl=new + prefix, osl=1, prefix=prefix, mode="static_ctx", stride=1)[0]
        return [(item[0], float(item[1])) for item in items]

    def decode(self, batch, attended):
        items = self.handle.run_static_per_op(batch_size=batch, isl=max(attended - 1, 1), osl=2, mode="static_gen", stride=1)[1]
        return [(item[0], float(item[1])) for item in items]


class Interpreted:
    """Operations queried one by one, as releases up to 0.11 allow."""

    def __init__(self, config):
        self.database = sdk("perf_database").get_database(config["system"], config["backend"], config["version"])
        if self.database is None:
            raise RuntimeError("no tables of this version")
        settings = sdk("config").ModelConfig(tp_size=config["tp"], pp_size=1, attention_dp_size=1,
                                             moe_tp_size=config.get("moe_tp") or 1, moe_ep_size=config.get("moe_ep") or 1)
        self.model = sdk("models").get_model(config["model"], settings, config["backend"])
        names = ("gemm_quant_mode", "moe_quant_mode", "fmha_quant_mode", "kvcache_quant_mode")
        self.modes = {name: getattr(self.model.config, name).name for name in names}

    def prefill(self, batch, new, prefix):
        return [(op._name, float(op.query(self.database, x=batch if "logits_gemm" in op._name else batch * new, batch_size=batch,
                                          beam_width=1, s=new, prefix=prefix, seq_imbalance_correction_scale=1.0)))
                for op in self.model.context_ops]

    def decode(self, batch, attended):
        return [(op._name, float(op.query(self.database, x=batch, batch_size=batch, beam_width=1, s=max(attended, 2),
                                          gen_seq_imbalance_correction_scale=1.0)))
                for op in self.model.generation_ops]


def open_engine(config):
    try:
        return Compiled(config)
    except (ImportError, ModuleNotFoundError):
        return Interpreted(config)


class Passes:
    """A configuration's passes in parts: what depends on tokens, on prompts, and attention."""

    def __init__(self, config):
        version, _, attention = config["version"].partition("+ctxattn")
        self.main = open_engine({**config, "version": version})
        self.attention = open_engine({**config, "version": attention}) if attention else self.main

    def prefill(self, batch, new, prefix):
        items = self.main.prefill(batch, new, prefix)
        other = items if self.attention is self.main else self.attention.prefill(batch, new, prefix)
        attention = sum(ms for name, ms in other if is_attention(name))
        logits = sum(ms for name, ms in items if "logits" in name)
        tokens = sum(ms for name, ms in items if "logits" not in name and not is_attention(name))
        return tokens, logits, attention

    def decode(self, batch, attended):
        items = self.main.decode(batch, attended)
        attention = sum(ms for name, ms in items if is_attention(name))
        return sum(ms for _, ms in items) - attention, attention


def significant(value):
    return float(f"{value:.6g}")


def knots(function, counts):
    """The fewest counts that keep straight lines near the function at all of them."""
    values = [function(count) for count in counts]
    kept, open_spans = {0, len(counts) - 1}, [(0, len(counts) - 1)]
    while open_spans:
        start, end = open_spans.pop()
        worst, split = KNOT_TOLERANCE, None
        for middle in range(start + 1, end):
            share = (counts[middle] - counts[start]) / (counts[end] - counts[start])
            off = abs(values[start] + (values[end] - values[start]) * share - values[middle]) / max(values[middle], 1e-9)
            if off > worst:
                worst, split = off, middle
        if split is not None:
            kept.add(split)
            open_spans += [(start, split), (split, end)]
    return [counts[index] for index in sorted(kept)], [significant(values[index]) for index in sorted(kept)]


def constant_of_attention(passes):
    """The part of prefill attention that cached tokens don't save: from one prompt whole and half cached."""
    whole, half = passes.prefill(1, 4096, 0)[2], passes.prefill(1, 2048, 2048)[2]
    return max(0.0, (half - 0.75 * whole) / 0.25)


def memory_of(config, engine):
    """What one GPU holds besides KV blocks, and how many KV tokens are left, by the tokens of the largest pass."""
    config = {**config, "version": config["version"].partition("+")[0]}
    estimate = estimate_memory if isinstance(engine, Compiled) else usage_of_memory
    return {f"max_num_tokens={tokens},fraction={MEMORY_SHARE}": estimate(config, engine, tokens) for tokens in (2048, 8192, 16384)}


def estimate_memory(config, _engine, tokens):
    estimate = sdk("memory").estimate_kv_cache(
        config["model"], config["system"], config["backend"], config["version"], max_num_tokens=tokens, max_batch_size=256,
        memory_fraction_kind="of_total", memory_fraction_value=MEMORY_SHARE, tp_size=config["tp"], pp_size=1, attention_dp_size=1,
        moe_tp_size=config.get("moe_tp") or 1, moe_ep_size=config.get("moe_ep") or 1)
    estimate.pop("tokens_from_kv_bytes", None)
    return estimate


def usage_of_memory(config, engine, tokens):
    gib, length = 1 << 30, 1 << 16
    usage = sdk("backends.factory").get_backend(config["backend"])._get_memory_usage(engine.model, engine.database, 1, 1, length, 0, tokens)
    parts = {name: usage[name] * gib for name in ("weights", "activations", "others", "nccl")}
    capacity, per_token = engine.database.system_spec["gpu"]["mem_capacity"], usage["kvcache"] * gib / length
    return {
        "total_gpu_capacity_bytes": capacity,
        "total_kv_size_tokens": int((capacity * MEMORY_SHARE - sum(parts.values())) // per_token),
        "kv_size_per_token_bytes": per_token,
        "memory_breakdown": {"weights_bytes": parts["weights"], "activations_bytes": parts["activations"],
                             "runtime_overhead_bytes": parts["others"], "comm_overhead_bytes": parts["nccl"]},
    }


def random_checks(passes):
    draw = random.Random(1)
    log = lambda low, high: round(low * (high / low) ** draw.random())
    prefill, decode = [], []
    for _ in range(100):
        batch, new, prefix = log(1, 32), log(1, 8192), draw.choice([0, log(16, 65536)])
        prefill.append([batch, new, prefix, significant(sum(passes.prefill(batch, new, prefix)))])
        batch, attended = log(1, 512), log(2, 65536)
        decode.append([batch, attended, significant(sum(passes.decode(batch, attended)))])
    return {"prefill": {"rows": prefill}, "decode": {"rows": decode}}


def grid_of(config):
    passes = Passes(config)
    tokens, token_ms = knots(lambda count: passes.prefill(1, count, 0)[0], TOKENS)
    requests, request_ms = knots(lambda count: passes.decode(count, 128)[0], REQUESTS)
    core = next(name for name in ("aiconfigurator-core", "aiconfigurator") if name in {d.metadata["Name"] for d in importlib.metadata.distributions()})
    return {
        "meta": {**config, "aic": importlib.metadata.version(core), **passes.main.modes},
        "ctx_tok": {"tokens": tokens, "ms": token_ms},
        "logits": {"rows": PROMPTS, "ms": [significant(passes.prefill(count, 1, 0)[1]) for count in PROMPTS]},
        "ctx_attn": {"full_s": LENGTHS, "batch": PROMPTS, "const_ms": significant(constant_of_attention(passes)), "ms": [
            [significant(passes.prefill(batch, length, 0)[2]) if batch * length <= MOST_PREFILL else None for batch in PROMPTS]
            for length in LENGTHS]},
        "gen_tok": {"batch": requests, "ms": request_ms},
        "gen_attn": {"batch": BATCHES, "ctx": CONTEXTS, "ms": [
            [significant(passes.decode(batch, context)[1]) if batch * context <= MOST_DECODE else None for context in CONTEXTS]
            for batch in BATCHES]},
        "prefill_grid": {"rows": []},
        "decode_grid": {"rows": []},
        "checks": random_checks(passes),
        "kv": memory_of(config, passes.main),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for index, config in enumerate(json.load(sys.stdin)):
        name = "{model} on {system}, {backend} {version}, tp {tp}".format(**config)
        try:
            grid = grid_of(config)
        except Exception as error:  # whatever a release of the package raises
            print(f"left out {name}: {str(error)[:200]}", file=sys.stderr)
            continue
        (out / f"{index:03}.json").write_text(json.dumps(grid))
        print(f"asked about {name}", file=sys.stderr)


if __name__ == "__main__":
    main()
