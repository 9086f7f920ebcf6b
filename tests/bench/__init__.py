"""The benchmarks themselves, at tiny sizes: that they run, not how fast."""
