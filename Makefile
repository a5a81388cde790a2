# Forwards to scripts/, which are plain sh because a fresh machine has no make.
.PHONY: demo test bench install format lint docs
demo test bench format lint docs:
	scripts/$@
install:
	scripts/install --prefix $(or $(PREFIX),/usr/local)
