// What every page shares. Every page works without it.
