from vignette_export.cli import main

main()
