<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Danger">
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
<ul><li>wire down</li><li>smoke</li><li>water<br/>in the cellar</li></ul>
  </body>
</html>
</richcontent>
</node>
</map>