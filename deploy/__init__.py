"""What whoever hosts the playground needs: proxies, units, containers. `docs/hosting.md` says how."""
