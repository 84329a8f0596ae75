"""Rules about whole files (K1xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K101", "unreadable-file", "error",
        {"zh": "文件读不出来：{reason}", "en": "the file cannot be read: {reason}"},
        {"zh": "请用 Excel 或 WPS 打开原件，另存为 .xlsx 后重新报送；打不开的，请重新导出",
         "en": "open the original in Excel or WPS, save it as .xlsx and submit again; if it does not open, export it anew"},
        {"zh": "下载中断、只剩一半的工作簿", "en": "a workbook cut off in transfer"},
    ),
    Rule(
        "K102", "unsupported-format", "error",
        {"zh": "不是可读的表格：内容是 {kind}", "en": "not a table this program reads: the content is {kind}"},
        {"zh": "请把表格另存为 .xlsx、.xls、.ods 或 .csv（UTF-8）", "en": "save the table as .xlsx, .xls, .ods or .csv (UTF-8)"},
        {"zh": "改名为 .xlsx 的 PDF 或 Word 文件", "en": "a PDF or Word document renamed to .xlsx"},
    ),
    Rule(
        "K103", "encrypted-file", "error",
        {"zh": "文件加了密码，读不到内容", "en": "the file is protected by a password and cannot be read"},
        {"zh": "请在 Excel 或 WPS 中取消打开密码后另存，再报送", "en": "remove the password to open in Excel or WPS, save, and submit again"},
        {"zh": "设了打开密码的工作簿", "en": "a workbook with a password to open"},
    ),
    Rule(
        "K104", "too-large", "error",
        {"zh": "超出上限：{what} {found}，上限 {limit}", "en": "over the limit: {what} {found}, at most {limit}"},
        {"zh": "请删去无关的工作表、空行和格式后另存；确需更大的，用选项放宽上限",
         "en": "remove unrelated sheets, blank rows and formats and save again; if it must be that large, raise the limit by option"},
        {"zh": "展开后有 1 GB 的 1 MB 压缩文件", "en": "a zip of 1 MB that unpacks to 1 GB"},
    ),
    Rule(
        "K105", "reader-died", "error",
        {"zh": "读取程序在这个文件上中止：{reason}", "en": "the reader died on this file: {reason}"},
        {"zh": "文件内部结构异常，请用 Excel 或 WPS 打开后另存为新文件再报送",
         "en": "the file's inner structure is abnormal: open it in Excel or WPS and save it as a new file"},
        {"zh": "声称有 40 亿行的工作表", "en": "a sheet that claims four billion rows"},
    ),
    Rule(
        "K106", "empty-file", "error",
        {"zh": "文件是空的：{reason}", "en": "the file is empty: {reason}"},
        {"zh": "请确认报送的是填好的表", "en": "make sure that the filled form was submitted"},
        {"zh": "0 字节的文件", "en": "a file of zero bytes"},
    ),
    Rule(
        "K107", "undecodable-text", "error",
        {"zh": "文字编码认不出来：{reason}", "en": "the text encoding cannot be told: {reason}"},
        {"zh": "请另存为 UTF-8 编码的 csv，或直接报送 .xlsx", "en": "save as csv in UTF-8, or submit .xlsx"},
        {"zh": "表头是 UTF-8、内容是 GBK 的 csv", "en": "a csv with a UTF-8 head and a GBK body"},
    ),
)
