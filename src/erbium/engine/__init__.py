"""The batch simulator: networks become kernels that advance many patients at once."""
