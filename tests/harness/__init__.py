"""What the end-to-end, wire and crash tests share: our server as a child, a raw HTTP client, a site with pages, and a
look into /proc. Python's standard library only; loopback only."""
