"""Python for the models, in a WebAssembly sandbox that needs no privileges: no network, no processes, two folders.

The package that brings the sandbox is an optional extra; what is here works without it and says so.
"""
