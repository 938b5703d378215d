"""ConfigProto and RunOptions messages as TensorFlow's own Python writes them: make_config.py > config.json"""
import json
import sys

from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

ON, OFF, AGGRESSIVE = 1, 2, 3
Rewrite = rewriter_config_pb2.RewriterConfig


def config(**fields):
    return config_pb2.ConfigProto(**fields)


def rewrite(**fields):
    return config(graph_options=config_pb2.GraphOptions(rewrite_options=Rewrite(**fields)))


messages = {
    "empty": config(),
    "threads": config(intra_op_parallelism_threads=1, inter_op_parallelism_threads=300, use_per_session_threads=True),
    "sharedThreads": config(session_inter_op_thread_pool=[config_pb2.ThreadPoolOptionProto(num_threads=3, global_name="a")]),
    "callerThread": config(inter_op_parallelism_threads=-1),
    "devices": config(device_count={"CPU": 2, "GPU": 0}, allow_soft_placement=True, log_device_placement=True),
    "executor": config(experimental=config_pb2.ConfigProto.Experimental(executor_type="SINGLE_THREADED_EXECUTOR")),
    "level": config(graph_options=config_pb2.GraphOptions(optimizer_options=config_pb2.OptimizerOptions(opt_level=-1))),
    "disabled": rewrite(disable_meta_optimizer=True),
    "optimizers": rewrite(
        layout_optimizer=OFF, constant_folding=ON, arithmetic_optimization=OFF, dependency_optimization=OFF,
        loop_optimization=AGGRESSIVE, function_optimization=OFF, shape_optimization=OFF, remapping=OFF,
        scoped_allocator_optimization=ON, pin_to_host_optimization=OFF, implementation_selector=OFF,
        auto_mixed_precision=OFF, common_subgraph_elimination=OFF, disable_model_pruning=True,
        memory_optimization=Rewrite.NO_MEM_OPT, meta_optimizer_iterations=Rewrite.ONE, min_graph_nodes=-1),
    "run": config_pb2.RunOptions(trace_level=config_pb2.RunOptions.FULL_TRACE, timeout_in_ms=5000, inter_op_thread_pool=-1),
    "untraced": config_pb2.RunOptions(timeout_in_ms=2**40),
}
json.dump({name: message.SerializeToString(deterministic=True).hex() for name, message in messages.items()}, sys.stdout, indent=2)
print()
