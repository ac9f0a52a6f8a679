"""What bench/capacity, bench/compare and bench/plan are made of."""
