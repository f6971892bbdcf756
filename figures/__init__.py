"""Implementation rates, results of work, comparison of editions, and the network, with what each reader may see."""
