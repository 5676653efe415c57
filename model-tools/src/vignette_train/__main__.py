from vignette_train.cli import main

main()
