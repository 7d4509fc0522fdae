"""MiniWoB++ through agentExecute, with a scripted oracle in the model's place: bench/README.md tells what it is for."""
