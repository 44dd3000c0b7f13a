#!/usr/bin/env python3
"""Splits the UCI set "Default of credit card clients" as a bank would hold it: customers and payments.

    ./make_data.py UCI_Credit_Card.csv

writes customers.csv.gz and payments.csv.gz beside this file; the same input gives the same bytes. Names, phone numbers and
identity numbers are generated here: the original has none. No phone number can be real (country code 999 is not assigned)
and no identity number either (each fails its check digit). Branches, products, accounts and guarantees are generated too,
whole tables of them: who guarantees whom has nothing to do with who paid. See NOTICE.
"""

import csv
import gzip
import hashlib
import io
import pathlib
import sys

# PAY_0 is September 2005, PAY_2 August, and so on back to April.
MONTHS = [("2005-09-01", "PAY_0", "1"), ("2005-08-01", "PAY_2", "2"), ("2005-07-01", "PAY_3", "3"),
          ("2005-06-01", "PAY_4", "4"), ("2005-05-01", "PAY_5", "5"), ("2005-04-01", "PAY_6", "6")]
SEX = {"1": "male", "2": "female"}
EDUCATION = {"1": "graduate school", "2": "university", "3": "high school", "4": "other"}  # 0, 5, 6: not documented
MARRIAGE = {"1": "married", "2": "single", "3": "other"}  # 0: not documented

SURNAMES_ZH = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
GIVEN_ZH = {
    "male": "伟 强 磊 军 勇 杰 涛 明 超 辉 刚 平 建国 志强 文博 浩然 子轩 宇航 俊杰 家豪 志明 冠宇 承恩 柏翰 宗翰 嘉诚 国栋 海峰".split(),
    "female": "芳 娜 敏 静 丽 艳 娟 霞 秀英 桂英 美玲 雅婷 怡君 淑芬 佩珊 欣怡 诗涵 雨桐 梦洁 晓燕 慧敏 思颖 佳玲 宜蓁 婉如 玉兰".split(),
}
SURNAMES_EN = ("Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts "
               "Green Hall Wood Jackson Clarke Harris Martin Lewis Hughes Turner Hill Cooper Morris Ward Moore King Baker").split()
GIVEN_EN = {
    "male": ("James John Robert Michael William David Richard Joseph Thomas Daniel Matthew Andrew Peter George Edward Henry "
             "Samuel Oliver Jack Leo").split(),
    "female": ("Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Emily Alice Grace Anna Laura Julia "
               "Sophie Clara Ruth Helen").split(),
}


def number(customer_id, field, below):
    """A number in [0, below) that customer and field decide."""
    digest = hashlib.sha256(f"lepton/{customer_id}/{field}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def pick(customer_id, field, values):
    return values[number(customer_id, field, len(values))]


def name(customer_id, sex):
    if number(customer_id, "language", 10) < 6:
        return pick(customer_id, "surname", SURNAMES_ZH) + pick(customer_id, "given", GIVEN_ZH[sex])
    return pick(customer_id, "given", GIVEN_EN[sex]) + " " + pick(customer_id, "surname", SURNAMES_EN)


def phone(customer_id):
    digits = f"{number(customer_id, 'phone', 10**9):09d}"
    return f"+999 {digits[:3]} {digits[3:6]} {digits[6:]}"


def identity_number(customer_id, sex):
    """A letter, 1 or 2 by sex, seven digits and a check digit that is wrong on purpose."""
    letters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values, 10 to 35
    value = number(customer_id, "letter", 26)
    digits = ("1" if sex == "male" else "2") + f"{number(customer_id, 'identity', 10**7):07d}"
    total = (value + 10) // 10 + (value + 10) % 10 * 9 + sum(int(d) * w for d, w in zip(digits, range(8, 0, -1)))
    right = -total % 10
    wrong = (right + 1 + number(customer_id, "check", 9)) % 10
    return letters[value] + digits + str(wrong)


BRANCHES = ["Taipei Xinyi", "Taipei Datong", "New Taipei", "Keelung", "Taoyuan", "Hsinchu", "Miaoli", "Taichung", "Changhua",
            "Nantou", "Yunlin", "Chiayi", "Tainan", "Kaohsiung", "Pingtung", "Yilan", "Hualien", "Taitung"]
PRODUCTS = [("classic", "Classic card"), ("gold", "Gold card"), ("platinum", "Platinum card")]
GUARANTEED_OF_100 = 12  # customers for whom another one stands; few enough that groups stay small
NEIGHBOURHOOD = 60


def product_of(customer_id, credit_limit):
    """By the limit, with some who kept an older card."""
    rank = 0 if credit_limit < 100000 else 1 if credit_limit < 300000 else 2
    return PRODUCTS[max(0, rank - (number(customer_id, "product", 10) == 0))][0]


def guarantor_of(customer_id, customers):
    """Another customer with a number near by, or none."""
    if number(customer_id, "guaranteed", 100) >= GUARANTEED_OF_100:
        return None
    return (int(customer_id) + number(customer_id, "guarantor", NEIGHBOURHOOD)) % customers + 1


def generated_tables(customers):
    """Branches, products, accounts and guarantees of customers [(id, credit limit)]."""
    branches = [[f"B{i + 1:02d}", name] for i, name in enumerate(BRANCHES)]
    accounts, guarantees = [], []
    for key, limit in customers:
        accounts.append([key, pick(key, "branch", branches)[0], product_of(key, limit)])
        guarantor = guarantor_of(key, len(customers))
        if guarantor is not None and guarantor != int(key):
            share = 20 + number(key, "share", 9) * 10
            guarantees.append([f"G{len(guarantees) + 1:05d}", guarantor, key, limit * share // 100])
    return branches, accounts, guarantees


def whole(text):
    return str(int(float(text)))


def write(path, header, rows):
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    with open(path, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=9) as packed:
            packed.write(text.getvalue().encode())


def main():
    here = pathlib.Path(__file__).resolve().parent
    with open(sys.argv[1], newline="") as file:
        source = list(csv.DictReader(file))
    customers, payments = [], []
    for row in source:
        key, sex = whole(row["ID"]), SEX[row["SEX"]]
        customers.append([key, name(key, sex), phone(key), identity_number(key, sex), sex,
                          EDUCATION.get(row["EDUCATION"], "unknown"), MARRIAGE.get(row["MARRIAGE"], "unknown"),
                          whole(row["AGE"]), whole(row["LIMIT_BAL"]), whole(row["Default"])])
        for month, status, number_of_month in reversed(MONTHS):
            payments.append([key, month, whole(row[status]), whole(row["BILL_AMT" + number_of_month]),
                             whole(row["PAY_AMT" + number_of_month])])
    write(here / "customers.csv.gz", ["customer_id", "name", "phone", "identity_number", "sex", "education", "marriage",
                                      "age", "credit_limit", "defaulted"], customers)
    branches, accounts, guarantees = generated_tables([(row[0], int(row[8])) for row in customers])
    write(here / "branches.csv.gz", ["branch_id", "branch"], branches)
    write(here / "products.csv.gz", ["product_id", "product"], PRODUCTS)
    write(here / "accounts.csv.gz", ["customer_id", "branch_id", "product_id"], accounts)
    write(here / "guarantees.csv.gz", ["guarantee_id", "guarantor_id", "customer_id", "amount"], guarantees)
    write(here / "payments.csv.gz", ["customer_id", "month", "repayment_status", "bill_amount", "paid_amount"], payments)


if __name__ == "__main__":
    main()
