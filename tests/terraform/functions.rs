//! Functions, each by what it makes of a few arguments.

use super::support::value;

#[test]
fn first_of_several_that_can_be() {
    assert_eq!(value("try({ a = 1 }.b, [1, 2][5], \"x\")"), "\"x\"");
    assert_eq!(value("can({ a = 1 }.b)"), "false");
    assert_eq!(value("can({ a = 1 }.a)"), "true");
    assert_eq!(value("coalesce(null, \"\", \"x\", \"y\")"), "\"x\"");
    assert_eq!(
        value("coalesce(var.none, \"x\")"),
        "?variable without default|\"x\""
    );
}

#[test]
fn documents_keep_their_structure() {
    assert_eq!(
        value("jsonencode({ a = [1, local.x] })"),
        "jsonencode({a=[1,\"X\"]})"
    );
    assert_eq!(value("jsondecode(jsonencode({ a = 1 })).a"), "1");
    assert_eq!(
        value("file(\"${path.module}/../p.json\")"),
        "file(\"p.json\")"
    );
    assert_eq!(
        value("timeadd(timestamp(), \"8760h\")"),
        "timeadd(?result of timestamp(),\"8760h\")"
    );
}

#[test]
fn what_is_not_worked_out_says_so() {
    assert_eq!(value("sha256(\"x\")"), "?result of sha256()");
    assert_eq!(
        value("provider::aws::arn_parse(\"x\")"),
        "?result of provider::aws::arn_parse()"
    );
    assert_eq!(value("concat(var.none...)"), "[?more items]");
}

#[test]
fn candidates_go_through_functions() {
    assert_eq!(value("upper(var.none ? \"a\" : \"b\")"), "\"A\"|\"B\"");
    assert_eq!(
        value("\"${var.none ? \"a\" : \"b\"}-x\""),
        "\"a-x\"|\"b-x\""
    );
}

#[test]
fn what_is_known_of_a_list_stays_known() {
    assert_eq!(
        value("concat([\"a\"], var.none, [\"b\"])"),
        "[\"a\",\"b\",?more items]"
    );
    assert_eq!(value("distinct(concat([1], [1], [2]))"), "[1,2]");
    assert_eq!(value("flatten([[1, [2]], [], 3])"), "[1,2,3]");
    assert_eq!(
        value("length(concat([1], var.none))"),
        "?result of length()"
    );
    assert_eq!(value("contains(concat([\"a\"], var.none), \"a\")"), "true");
    assert_eq!(
        value("contains(concat([\"a\"], var.none), \"b\")"),
        "?result of contains()"
    );
}

#[test]
fn what_is_known_of_a_map_stays_known() {
    assert_eq!(value("merge({ a = 1, b = 2 }, { b = 3 })"), "{a=1,b=3}");
    assert_eq!(value("merge(var.none, { b = 3 })"), "{b=3,...=?more items}");
    assert_eq!(value("merge(var.none, { b = 3 }).c"), "?more items");
    assert_eq!(value("lookup({ a = 1 }, \"b\", 2)"), "2");
    assert_eq!(value("lookup({ a = 1 }, var.none, 2)"), "1|2");
    assert_eq!(value("keys({ b = 1, a = 2 })"), "[\"a\",\"b\"]");
    assert_eq!(value("values({ b = 1, a = 2 })"), "[2,1]");
    assert_eq!(value("zipmap([\"a\"], [1])"), "{a=1}");
}

#[test]
fn lists_are_cut_and_counted() {
    assert_eq!(value("element([1, 2, 3], 4)"), "2");
    assert_eq!(value("slice([1, 2, 3], 1, 3)"), "[2,3]");
    assert_eq!(value("range(3)"), "[0,1,2]");
    assert_eq!(value("range(1, 10, 4)"), "[1,5,9]");
    assert_eq!(value("range(1e12)"), "?result of range()");
    assert_eq!(
        value("setproduct([1, 2], [\"a\"])"),
        "[[1,\"a\"],[2,\"a\"]]"
    );
    assert_eq!(value("one([])"), "null");
    assert_eq!(value("one([5])"), "5");
    assert_eq!(value("compact([\"\", \"a\", null])"), "[\"a\"]");
    assert_eq!(value("element([], 0)"), "?result of element()");
    assert_eq!(value("chunklist([1, 2, 3], 2)"), "[[1,2],[3]]");
    assert_eq!(value("jsondecode(\"{\\\"a\\\": [1]}\").a[0]"), "1");
}

#[test]
fn text_is_cut_and_put_together() {
    assert_eq!(value("join(\"-\", [\"a\", 1, true])"), "\"a-1-true\"");
    assert_eq!(
        value("join(\"-\", [\"a\", var.none])"),
        "template(\"a-\",?variable without default)"
    );
    assert_eq!(value("split(\"/\", \"a/b\")[1]"), "\"b\"");
    assert_eq!(value("replace(\"a.b.c\", \".\", \"-\")"), "\"a-b-c\"");
    assert_eq!(
        value("replace(\"abc\", \"/b+/\", \"\")"),
        "?result of replace()"
    );
    assert_eq!(value("substr(\"hello\", 1, 3)"), "\"ell\"");
    assert_eq!(value("substr(\"hello\", -2, -1)"), "\"lo\"");
    assert_eq!(
        value("trimsuffix(trimprefix(\"a-b-c\", \"a-\"), \"-c\")"),
        "\"b\""
    );
    assert_eq!(value("base64decode(base64encode(\"x y\"))"), "\"x y\"");
    assert_eq!(value("startswith(\"prod-a\", \"prod\")"), "true");
    assert_eq!(value("basename(\"a/b/c\")"), "\"c\"");
}

#[test]
fn formats_take_open_values() {
    assert_eq!(
        value("format(\"%s-%03d-%v%%\", \"a\", 7, true)"),
        "\"a-007-true%\""
    );
    assert_eq!(
        value("format(\"%s/*\", aws_s3_bucket.b.arn)"),
        "template(<aws_s3_bucket.b.arn>,\"/*\")"
    );
    assert_eq!(
        value("formatlist(\"%s:%s\", \"x\", [1, 2])"),
        "[\"x:1\",\"x:2\"]"
    );
    assert_eq!(value("format(\"%s\")"), "?result of format()");
    assert_eq!(value("format(\"%\", 1)"), "?result of format()");
}

#[test]
fn numbers_are_worked_out() {
    assert_eq!(value("max(1, 5, 3)"), "5");
    assert_eq!(value("sum([1, 2.5])"), "3.5");
    assert_eq!(value("tonumber(\"7\") * 2"), "14");
    assert_eq!(value("1 / 0"), "?operand not known");
}

#[test]
fn known_parts_of_open_text_are_worked_on() {
    assert_eq!(
        value("lower(\"A-${var.none}-B\")"),
        "template(\"a-\",?variable without default,\"-b\")"
    );
    assert_eq!(value("startswith(\"prod-${var.none}\", \"prod\")"), "true");
    assert_eq!(value("startswith(\"prod-${var.none}\", \"dev\")"), "false");
    assert_eq!(
        value("startswith(\"p${var.none}\", \"prod\")"),
        "?result of startswith()"
    );
    assert_eq!(
        value("trimsuffix(\"${var.none}-x.json\", \".json\")"),
        "template(?variable without default,\"-x\")"
    );
    assert_eq!(value("basename(path.cwd)"), "\"top\"");
    assert_eq!(value("basename(abspath(\"${path.module}/a/b\"))"), "\"b\"");
    assert_eq!(value("basename(dirname(abspath(\"a/b\")))"), "\"a\"");
    assert_eq!(value("list(\"a\", 1)"), "[\"a\",1]");
    assert_eq!(value("map(\"a\", 1)"), "{a=1}");
}
