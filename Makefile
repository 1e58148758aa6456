# Everything runs through setup/, which finds Python, prepares the environment once and keeps it up to date.
# PYTHON=… names the Python to make it with, VENV=… an environment of your own to use instead.

export PYTHON VENV
COURSE = @sh setup/course.sh

.PHONY: help lab evidence test check notebooks bench clean

help:
	@echo "make lab        open the course in JupyterLab                    باز کردن دوره در JupyterLab"
	@echo "make evidence   test every claim and write the report            آزمودن همهٔ ادعاها و نوشتن گزارش"
	@echo "make test       run every check and every test                   همهٔ بررسی‌ها و آزمون‌ها"
	@echo "make check      run every check and the fast tests               همهٔ بررسی‌ها و آزمون‌های تند"
	@echo "make notebooks  run the notebooks and store their outputs        اجرای نوت‌بوک‌ها و نگه‌داشتن خروجی‌ها"
	@echo "make bench      measure speed and memory                         سنجش سرعت و حافظه"
	@echo "make clean      delete the environment and what tools left       پاک کردن محیط و پس‌ماندهٔ ابزارها"

lab:
	$(COURSE) lab

evidence:
	$(COURSE) evidence

test:
	$(COURSE) test

check:
	$(COURSE) check

notebooks:
	$(COURSE) notebooks

bench:
	$(COURSE) bench

clean:
	rm -rf .venv .out .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
